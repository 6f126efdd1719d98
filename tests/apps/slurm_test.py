#!/usr/bin/env python3
"""slurm_test.py PROGRAM CASE: a sweep as a job array on two nodes of Slurm, which are two slurmd on this machine.

It starts slurmctld and two slurmd of its own, on ports of their own and trusting each other (auth/none), submits a study that waits for its job,
compares its table with that of threads, and stops what it has started. Without Slurm or as another user than root it says why and is
skipped; with both it fails where the nodes do not come up.
"""
import csv
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
PROGRAM, CASE = (os.path.abspath(path) for path in sys.argv[1:3])
STUDY = f"""wattloop_study: 1
name: By Slurm
case: {CASE}
parameters:
  tcs: {{path: templates.cdu.parts.temperature_control.set_point, from: 40 degC, to: 46 degC, count: 20}}
  fws: {{path: parts.fws_supply_main.T, from: 30 degC, to: 40 degC, count: 5}}
metrics: [pue, hottest_gpu.temperature_degC]
runs_on: {{threads: 1, slurm: {{tasks: 4, wait: true, options: [--time=10]}}}}
"""


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def free_port():
    with socket.socket() as s:
        s.bind(("", 0))
        return s.getsockname()[1]


def configuration(root, host):
    ports = [free_port() for _ in range(3)]
    return f"""
ClusterName=sweep
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
MpiDefault=none
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
StateSaveLocation={root}/state
SlurmctldPidFile={root}/slurmctld.pid
SlurmctldLogFile={root}/slurmctld.log
SlurmdSpoolDir={root}/%n
SlurmdPidFile={root}/%n.pid
SlurmdLogFile={root}/%n.log
NodeName=node1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 State=UNKNOWN
NodeName=node2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 State=UNKNOWN
PartitionName=all Nodes=node1,node2 Default=YES MaxTime=INFINITE State=UP
"""


class Cluster:
    """Two nodes on this machine, for as long as it is open."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.processes = []

    def __enter__(self):
        for name in ("state", "node1", "node2"):
            (self.root / name).mkdir()
        (self.root / "slurm.conf").write_text(configuration(self.root, socket.gethostname().split(".")[0]))
        (self.root / "cgroup.conf").write_text("CgroupAutomount=no\n")
        self.environment = {**os.environ, "SLURM_CONF": str(self.root / "slurm.conf")}
        self.start("slurmctld", "-D", "-i")
        for node in ("node1", "node2"):
            self.start("slurmd", "-D", "-N", node)
        self.wait_for(lambda: self.output("sinfo", "-h", "-N", "-o", "%N %T").count("idle") == 2, "two idle nodes")
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, program, *arguments):
        log = open(self.root / f"{program}.out", "ab")
        self.processes.append(subprocess.Popen([program, *map(str, arguments)], env=self.environment, stdout=log, stderr=log))

    def output(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60).stdout

    def wait_for(self, is_there, what, seconds=60):
        end = time.monotonic() + seconds
        while not is_there():
            if time.monotonic() > end or any(process.poll() is not None for process in self.processes):
                logs = "".join(f"--- {path.name}\n{path.read_text(errors='replace')[-3000:]}"
                               for path in sorted(self.root.glob("*.log")) + sorted(self.root.glob("*.out")))
                self.__exit__()
                sys.exit(f"failed: Slurm is here, but no {what}\n{logs}")
            time.sleep(0.2)


def table(directory):
    with open(directory / "sweep.csv", newline="") as file:
        return [{key: value for key, value in row.items() if key != "wall_s"} for row in csv.DictReader(file)]


def sweep(work, environment, *arguments):
    done = subprocess.run([PROGRAM, "sweep", "study.yaml", *arguments], cwd=work, env=environment, capture_output=True,
                          text=True, timeout=600)
    if done.returncode != 0:
        sys.exit(f"{arguments}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
                 + "".join(path.read_text() for path in work.glob("*/slurm-*.out")))
    return done


def require(condition, what):
    if not condition:
        sys.exit(f"failed: {what}")


def main():
    for program in ("slurmctld", "slurmd", "sbatch", "srun"):
        if shutil.which(program) is None:
            skip(f"there is no {program} (Debian: slurm-wlm)")
    if os.geteuid() != 0:
        skip("slurmd starts jobs of users only as root")
    with tempfile.TemporaryDirectory() as scratch:
        work = pathlib.Path(scratch) / "work"
        work.mkdir()
        (work / "study.yaml").write_text(STUDY)
        sweep(work, os.environ, "-o", "expected", "--here")
        root = pathlib.Path(scratch) / "cluster"
        root.mkdir()
        with Cluster(root) as cluster:
            sweep(work, cluster.environment, "-o", "out")
            require(table(work / "out") == table(work / "expected"), "the table of the job array is that of threads")
            journals = sorted(path.name for path in (work / "out").glob("members.*.jsonl"))
            require(journals == [f"members.{k}-of-4.jsonl" for k in range(1, 5)], f"a journal a task: {journals}")
            said = (root / "slurmctld.log").read_text()
            require(all(f"NodeList={node}" in said for node in ("node1", "node2")), "both nodes had tasks")
            # What is lost of a task is computed again by a job.
            (work / "out/members.2-of-4.jsonl").unlink()
            sweep(work, cluster.environment, "-o", "out", "--resume")
            require(table(work / "out") == table(work / "expected"), "a resumed job array gives the same table")
    print("two nodes, four tasks, one table")


if __name__ == "__main__":
    main()
