#include "io/xdmf_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "io/civil_time.h"
#include "io/run_file.h"

namespace wattloop {
namespace {

std::string xml_escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

/// The part of a block's XML that is the same at every time.
std::string geometry_xml(const std::string& h5, const std::string& name, const std::vector<Box>& boxes,
                         const std::vector<Polyline>& lines) {
  size_t points = 8 * boxes.size(), stream = 0;
  for (const Polyline& line : lines) {
    points += line.points.size();
    stream += 2 + line.points.size();
  }
  const std::string topology =
      boxes.empty() ? fmt::format(R"(<Topology TopologyType="Mixed" NumberOfElements="{}">)"
                                  R"(<DataItem Dimensions="{}" NumberType="Int" Precision="4" Format="HDF">)",
                                  lines.size(), stream)
                    : fmt::format(R"(<Topology TopologyType="Hexahedron" NumberOfElements="{0}">)"
                                  R"(<DataItem Dimensions="{0} 8" NumberType="Int" Precision="4" Format="HDF">)",
                                  boxes.size());
  return fmt::format(
      "{0}{1}:/geometry/{2}/connectivity</DataItem></Topology>\n"
      R"(<Geometry GeometryType="XYZ"><DataItem Dimensions="{3} 3" NumberType="Float" Precision="4" Format="HDF">)"
      "{1}:/geometry/{2}/points</DataItem></Geometry>\n",
      topology, h5, name, points);
}

/// How a part of an array is written: the libraries Xdmf2 and Xdmf3 understand one way each.
enum class Dialect { xdmf2, xdmf3 };

/// Cell data of one variable: row `record` of its dataset, as (start, stride, count) of a slab or, in Xdmf3, with the
/// size of the whole behind them in the name of the dataset.
std::string attribute_xml(Dialect dialect, const std::string& h5, const RecordGroup& group, const Variable& variable,
                          size_t record, size_t rows) {
  const size_t n = group.elements.size();
  const std::string name = xml_escaped(variable.name), path = fmt::format("{}:/{}/{}", h5, group.name, name);
  const std::string slab =
      dialect == Dialect::xdmf2
          ? fmt::format(R"(<DataItem ItemType="HyperSlab" Dimensions="{0}" Type="HyperSlab">)"
                        R"(<DataItem Dimensions="3 2" NumberType="Int" Format="XML">{1} 0 1 1 1 {0}</DataItem>)"
                        R"(<DataItem Dimensions="{2} {0}" NumberType="Float" Precision="4" Format="HDF">{3}</DataItem>)"
                        "</DataItem>",
                        n, record, rows, path)
          : fmt::format(R"(<DataItem Dimensions="{0}" NumberType="Float" Precision="4" Format="HDF">)"
                        "{3}|{1} 0:1 1:1 {0}:{2} {0}</DataItem>",
                        n, record, rows, path);
  return fmt::format(R"(<Attribute Name="{} [{}]" AttributeType="Scalar" Center="Cell">{}</Attribute>)"
                     "\n",
                     name, xml_escaped(variable.units), slab);
}

struct Block {
  const RecordGroup* group;  // null for the structures
  std::string name, geometry;
};

std::vector<Block> blocks_of(const RunFile& run, const std::string& h5) {
  std::vector<Block> blocks;
  for (const LayoutGroup& part : run.layout().groups) {
    const auto group = std::find_if(run.groups().begin(), run.groups().end(),
                                    [&](const RecordGroup& candidate) { return candidate.name == part.group; });
    blocks.push_back({group == run.groups().end() ? nullptr : &*group, part.group,
                      geometry_xml(h5, part.group, part.boxes, part.lines)});
  }
  std::vector<Box> boxes;
  for (const Structure& structure : run.layout().structures) boxes.push_back(structure.box);
  if (!boxes.empty()) blocks.push_back({nullptr, "structures", geometry_xml(h5, "structures", boxes, {})});
  return blocks;
}

/// All records, or `count` of them from the first to the last.
std::vector<size_t> evenly_chosen(size_t records, size_t count) {
  std::vector<size_t> chosen(std::min(records, std::max<size_t>(count, 2)));
  for (size_t i = 0; i < chosen.size(); ++i) {
    chosen[i] = chosen.size() > 1 ? i * (records - 1) / (chosen.size() - 1) : 0;
  }
  return chosen;
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::runtime_error(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
}

constexpr const char* view_script = R"PY(# ParaView script: opens {0} beside it as a finished view of the site.
# In ParaView: Tools > Python Shell > Run Script; or: pvpython {1} [picture.png]
import os
import sys

from paraview.simple import *

folder = os.path.dirname(os.path.abspath(__file__))
site = XDMFReader(registrationName="site", FileNames=[os.path.join(folder, "{0}")])
site.UpdatePipeline()
scene = GetAnimationScene()
scene.UpdateAnimationUsingDataTimeSteps()

view = GetActiveViewOrCreate("RenderView")
view.ViewSize = [1600, 900]
view.UseColorPaletteForBackground = 0
view.Background = [1.0, 1.0, 1.0]
view.OrientationAxesLabelColor = [0.0, 0.0, 0.0]


def show(number, block, array=None, title="", colours="Viridis (matplotlib)", **properties):
    # By number: the reader gives the blocks other names at other times.
    part = ExtractBlock(registrationName=block, Input=site)
    part.Selectors = ["/Root/*[{}]".format(number)]
    part.UpdatePipeline()
    display = Show(part, view)
    for key, value in properties.items():
        setattr(display, key, value)
    arrays = part.CellData.keys()
    if array not in arrays:
        display.DiffuseColor = display.AmbientColor = [0.72, 0.74, 0.77]
        display.ColorArrayName = ["POINTS", ""]
        return
    ColorBy(display, ("CELLS", array))
    table = GetColorTransferFunction(array)
    table.ApplyPreset(colours, True)
    table.NanColor = [0.8, 0.8, 0.8]
    display.RescaleTransferFunctionToDataRange(False, True)
    bar = GetScalarBar(table, view)
    bar.Title, bar.ComponentTitle = title, ""
    bar.TitleColor = bar.LabelColor = [0.0, 0.0, 0.0]
    bar.AutomaticLabelFormat = 0
    bar.LabelFormat = bar.RangeLabelFormat = "%.1f"
    bar.WindowLocation = "Lower Right Corner"
    display.SetScalarBarVisibility(view, True)


{2}
clock = AnnotateTimeFilter(registrationName="time", Input=site)
clock.Scale = 1.0 / 3600.0
clock.Format = "{time:.2f} h after {3}"
label = Show(clock, view)
label.Color = [0.0, 0.0, 0.0]

view.ResetCamera()
camera = view.GetActiveCamera()
camera.SetViewUp(0.0, 0.0, 1.0)
focus = camera.GetFocalPoint()
reach = camera.GetDistance()
camera.SetPosition(focus[0] - 0.5 * reach, focus[1] - 0.65 * reach, focus[2] + 0.57 * reach)
view.ResetCamera()
Render(view)
if len(sys.argv) > 1:
    SaveScreenshot(sys.argv[1], view, ImageResolution=[1920, 1080])
)PY";

/// One `show(...)` a block; the one that knows its hottest GPU is coloured by it.
std::string show_lines(const std::vector<Block>& blocks) {
  std::string lines;
  size_t number = 0;
  for (const Block& block : blocks) {
    ++number;
    if (block.group == nullptr) {
      lines += fmt::format("show({}, \"{}\", Opacity=0.1)\n", number, block.name);
      continue;
    }
    const auto hottest = std::find_if(block.group->variables.begin(), block.group->variables.end(),
                                      [](const Variable& v) { return v.name == "T_die_max"; });
    if (hottest == block.group->variables.end()) {
      lines += fmt::format("show({}, \"{}\")\n", number, block.name);
    } else {
      lines += fmt::format("show({0}, \"{1}\", \"{2} [{3}]\", \"hottest GPU [{3}]\")\n", number, block.name,
                           hottest->name, hottest->units);
    }
  }
  return lines;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string site_xml(Dialect dialect, const RunFile& run, const std::string& h5, const std::vector<Block>& blocks,
                     size_t max_times) {
  std::string xml =
      "<?xml version=\"1.0\"?>\n<Xdmf Version=\"2.0\">\n<Domain>\n"
      "<Grid Name=\"site\" GridType=\"Collection\" CollectionType=\"Temporal\">\n";
  for (const size_t record : evenly_chosen(run.times().size(), max_times)) {
    xml += fmt::format("<Grid Name=\"site\" GridType=\"Collection\" CollectionType=\"Spatial\"><Time Value=\"{}\"/>\n",
                       run.times()[record]);
    for (const Block& block : blocks) {
      xml += fmt::format("<Grid Name=\"{}\" GridType=\"Uniform\">\n{}", block.name, block.geometry);
      if (block.group != nullptr) {
        for (const Variable& variable : block.group->variables) {
          xml += attribute_xml(dialect, h5, *block.group, variable, record, run.capacity());
        }
      }
      xml += "</Grid>\n";
    }
    xml += "</Grid>\n";
  }
  return xml + "</Grid>\n</Domain>\n</Xdmf>\n";
}

}  // namespace

void write_xdmf(const std::string& run_file, size_t max_times) {
  const RunFile run(run_file);
  const std::filesystem::path path(run_file);
  const std::string h5 = path.filename().string();
  const std::vector<Block> blocks = blocks_of(run, h5);
  std::filesystem::path xmf = path, xmf3 = path, script = path;
  xmf.replace_extension(".xmf");
  xmf3.replace_filename(path.stem().string() + "_xdmf3.xmf");
  script.replace_filename(path.stem().string() + "_view.py");
  write_file(xmf, site_xml(Dialect::xdmf2, run, h5, blocks, max_times));
  write_file(xmf3, site_xml(Dialect::xdmf3, run, h5, blocks, max_times));
  const std::string start = format_time(run.start_time(), run.utc_offset());
  std::string text = view_script;
  text = replaced(text, "{0}", xmf.filename().string());
  text = replaced(text, "{1}", script.filename().string());
  text = replaced(text, "{2}", show_lines(blocks));
  write_file(script, replaced(text, "{3}", start));
}

}  // namespace wattloop
