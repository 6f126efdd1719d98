"""Runs of programs with their time and memory, and interleaved pairs of them."""
import json
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time


class Failed(Exception):
    pass


def execute(command, environment=None):
    """Output and peak memory [MB] of a command; raises Failed."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            child = subprocess.Popen([str(c) for c in command], stdout=out, stderr=err,
                                     env={**os.environ, **(environment or {})})
        except OSError as error:
            raise Failed(str(error)) from None
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            err.seek(0)
            said = err.read().decode().strip().splitlines()
            raise Failed(f"exit code {child.returncode} of {' '.join(map(str, command))}: {said[-1] if said else ''}")
        out.seek(0)
        return out.read().decode(), usage.ru_maxrss / 1024


class OtherWork:
    """How many cores other programs have kept busy since it was made (on Linux; else unknown)."""

    def __init__(self):
        self.begin = self.now()

    @staticmethod
    def now():
        try:
            with open("/proc/stat") as file:
                fields = [int(x) for x in file.readline().split()[1:9]]
        except OSError:
            return None
        machine = (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")  # without idle and waiting
        own = sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
        return time.monotonic(), machine - own

    def cores(self):
        end = self.now()
        if end is None or end[0] == self.begin[0]:
            return None
        return max(0.0, (end[1] - self.begin[1]) / (end[0] - self.begin[0]))


class Run:
    """`wattloop run` of a case: seconds of the integration with its records, of what comes before it (setup), or of all;
    part="speed": what the summary says of it."""

    def __init__(self, program, case, duration, settings=(), options=(), environment=None, part="wall_s", scale=1.0):
        self.command = [program, "run", case, "--set", f"run.duration={duration}", *options]
        for setting in settings:
            self.command += ["--set", setting]
        self.environment, self.part, self.scale = environment, part, scale

    def __call__(self):
        with tempfile.TemporaryDirectory(prefix="wattloop_bench_") as directory:
            summary = pathlib.Path(directory) / "summary.json"
            begin = time.perf_counter()
            _, peak = execute([*self.command, "-o", directory, "--json", summary], self.environment)
            if self.part == "all":
                return (time.perf_counter() - begin) * self.scale, peak
            speed = json.loads(summary.read_text())["speed"]
        if self.part == "speed":
            return speed, peak
        if self.part == "wall_s":
            return speed["wall_s"] * self.scale, peak
        begin = time.perf_counter()
        execute([self.command[0], "--help"])  # what the program needs to begin
        return time.perf_counter() - begin + speed["setup_s"] + speed["steady_state_s"], peak


class PlainPath:
    """IDA and KLU over all unknowns on a case: seconds of the integration."""

    def __init__(self, program, case, duration, settings=(), threads=1, tolerance=0.05, scale=1.0):
        self.command = [program, case, "--set", f"run.duration={duration}", "--threads", threads,
                        "--run", f"plain@{tolerance}"]
        for setting in settings:
            self.command += ["--set", setting]
        self.scale = scale

    def __call__(self):
        out, peak = execute(self.command)
        return json.loads(out)[0]["seconds"] * self.scale, peak


def pairs(measured, baseline, count):
    """Both in turn, `count` times: a row's figures. A ratio is the baseline's time over the measured one's."""
    times = []
    peak = 0.0
    for _ in range(count):
        seconds, memory = measured()
        times.append((seconds, baseline()[0]))
        peak = max(peak, memory)
    ratios = sorted(b / m for m, b in times)
    return {"seconds": statistics.median(m for m, _ in times), "peak_mb": peak,
            "baseline_seconds": statistics.median(b for _, b in times), "ratio": statistics.median(ratios),
            "spread": [ratios[0], ratios[-1]], "pairs": count}
