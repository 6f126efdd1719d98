#include "io/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace wattloop {
namespace {

using File = std::shared_ptr<const std::string>;

[[noreturn]] void refuse(const Position& position, std::string what, std::string got, std::string allowed) {
  throw InputError({problem_at(position, "", std::move(what), std::move(got), std::move(allowed))});
}

[[noreturn]] void refuse_depth(const Position& position) {
  refuse(position, "nested too deeply", "", fmt::format("{} levels", YamlLimits::depth));
}

[[noreturn]] void refuse_size(const Position& position) {
  refuse(position, "too large", "", fmt::format("{} values", YamlLimits::nodes));
}

/// Length of the UTF-8 character at the start of `text` (Unicode 15, table 3-7), or 0 if it is none or a control
/// character that YAML does not allow.
size_t character_length(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto follows = [&](size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned b = byte(0);
  if (b < 0x80) return b == '\t' || b == '\n' || b == '\r' || (b >= 0x20 && b != 0x7F) ? 1 : 0;
  if (b >= 0xC2 && b <= 0xDF) return follows(1) ? 2 : 0;
  if (b >= 0xE0 && b <= 0xEF) {
    const bool canonical = !(b == 0xE0 && byte(1) < 0xA0) && !(b == 0xED && byte(1) > 0x9F);
    return canonical && follows(1) && follows(2) ? 3 : 0;
  }
  if (b >= 0xF0 && b <= 0xF4) {
    const bool canonical = !(b == 0xF0 && byte(1) < 0x90) && !(b == 0xF4 && byte(1) > 0x8F);
    return canonical && follows(1) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

/// Everything wrong with the bytes, before a parser sees them: at most one problem a line.
class TextCheck {
 public:
  explicit TextCheck(File file) : position_{std::move(file), 1, 1} {}

  void run(std::string_view text) {
    if (text.size() > YamlLimits::bytes) {
      refuse({position_.file}, "too large", "", fmt::format("{} bytes", YamlLimits::bytes));
    }
    while (!text.empty() && problems_.size() < most_problems) {
      const std::string_view line = text.substr(0, text.find('\n'));
      check_line(line);
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      ++position_.line;
    }
    if (!problems_.empty()) throw InputError(problems_);
  }

 private:
  static constexpr size_t most_problems = 20;
  // More open brackets than any text or comment leaves, far fewer than the scanner of yaml-cpp suffers from; the true
  // depth is counted while the tree is built.
  static constexpr size_t most_open_brackets = 16 * YamlLimits::depth;

  void check_line(std::string_view line) {
    position_.column = 1;
    const size_t indentation = std::min(line.find_first_not_of(" \t\r"), line.size());
    const size_t tab = line.find('\t');
    if (tab < indentation && indentation < line.size()) {
      position_.column = static_cast<int>(tab) + 1;
      problems_.push_back(problem_at(position_, "", "tab used as indentation", "", "spaces"));
      return;
    }
    while (!line.empty()) {
      const size_t length = character_length(line);
      if (length == 0) {
        const auto byte = static_cast<unsigned char>(line[0]);
        problems_.push_back(problem_at(position_, "", "not a text", fmt::format("byte 0x{:02X}", byte), "UTF-8"));
        return;
      }
      count_bracket(line[0]);
      line.remove_prefix(length);
      ++position_.column;
    }
  }

  void count_bracket(char c) {
    if (c == '[' || c == '{') ++open_brackets_;
    if ((c == ']' || c == '}') && open_brackets_ > 0) --open_brackets_;
    if (open_brackets_ > most_open_brackets) refuse_depth(position_);
    // yaml-cpp holds all tokens of a bracket before it hands out the first.
    if (open_brackets_ > 0 && std::string_view(",:?[]{}").find(c) != std::string_view::npos) ++flow_tokens_;
    if (flow_tokens_ > YamlLimits::nodes) refuse_size(position_);
  }

  Position position_;
  size_t open_brackets_ = 0;
  size_t flow_tokens_ = 0;
  std::vector<InputProblem> problems_;
};

/// Builds the tree from the events of yaml-cpp's parser.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(File file, std::vector<InputProblem>& problems) : file_(std::move(file)), problems_(problems) {}

  YamlNode take() { return std::move(root_); }
  Position position(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) refuse(position(mark), "more than one document", "", "one document a file");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    count(1, mark);
    add(node_at(mark, YamlNode::Kind::null), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, const std::string& text) override {
    count(1, mark);
    add(node_at(mark, YamlNode::Kind::scalar, text), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto target = anchors_.find(anchor);
    if (target == anchors_.end()) refuse(position(mark), "alias of a value that is not complete", "", "");
    const YamlSize size = size_of(target->second);
    count(size.nodes, mark);
    if (open_.size() + size.depth > YamlLimits::depth) refuse_depth(position(mark));
    add(target->second, 0);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(YamlNode::Kind::list, mark, anchor);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(YamlNode::Kind::mapping, mark, anchor);
  }
  void OnMapEnd() override { end(); }

 private:
  /// A list or mapping whose end is still to come.
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor = 0;
    std::map<std::string, int> keys{};  ///< those read, with their lines
    bool key_read = false;              ///< the value to come is that of the last key
    bool duplicate = false;             ///< and that key was given before
  };

  YamlNode node_at(const YAML::Mark& mark, YamlNode::Kind kind, std::string text = {}) const {
    return {kind, position(mark), std::move(text), {}};
  }

  void begin(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    count(1, mark);
    if (open_.size() >= YamlLimits::depth) refuse_depth(position(mark));
    open_.push_back({node_at(mark, kind), anchor});
  }

  void end() {
    Open closed = std::move(open_.back());
    open_.pop_back();
    add(std::move(closed.node), closed.anchor);
  }

  void count(size_t nodes, const YAML::Mark& mark) {
    nodes_ += nodes;
    if (nodes_ > YamlLimits::nodes) refuse_size(position(mark));
  }

  bool awaits_key() const {
    return !open_.empty() && open_.back().node.kind == YamlNode::Kind::mapping && !open_.back().key_read;
  }

  void add(YamlNode node, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = node;
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (awaits_key()) {
      add_key(node);
    } else {
      add_value(std::move(node));
    }
  }

  void add_key(const YamlNode& key) {
    if (key.kind != YamlNode::Kind::scalar) refuse(key.position, "not a key", "", "a word");
    Open& parent = open_.back();
    const auto [first, is_new] = parent.keys.emplace(key.text, key.position.line);
    parent.key_read = true;
    parent.duplicate = !is_new;
    if (is_new) {
      parent.node.entries.push_back({key.text, key.position, {}});
    } else {
      const std::string allowed = fmt::format("once (first in line {})", first->second);
      problems_.push_back(problem_at(key.position, "", "duplicate key", key.text, allowed));
    }
  }

  void add_value(YamlNode node) {
    Open& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::list) {
      parent.node.entries.push_back({"", node.position, std::move(node)});
    } else {
      if (!parent.duplicate) parent.node.entries.back().value = std::move(node);
      parent.key_read = false;
    }
  }

  File file_;
  std::vector<InputProblem>& problems_;
  YamlNode root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  size_t nodes_ = 0;
  int documents_ = 0;
};

/// A scalar between the brackets of a flow, in quotes where it would not read as itself.
std::string flow_scalar(const std::string& text) {
  const bool is_plain = !text.empty() && text.front() != ' ' && text.back() != ' ' && text != "-" &&
                        text.find_first_of("\n\t\r,[]{}#&*!|>'\"%@`\\?") == std::string::npos &&
                        text.find(": ") == std::string::npos && text.back() != ':' && !text.starts_with("- ");
  if (is_plain) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? std::string("\\n") : c == '\t' ? "\\t" : c == '\r' ? "\\r" : std::string(1, c);
  }
  return quoted + '"';
}

}  // namespace

const YamlEntry* YamlNode::find(std::string_view key) const {
  const auto entry = std::find_if(entries.begin(), entries.end(), [&](const YamlEntry& e) { return e.key == key; });
  return kind == Kind::mapping && entry != entries.end() ? &*entry : nullptr;
}

YamlEntry* YamlNode::find(std::string_view key) {
  return const_cast<YamlEntry*>(std::as_const(*this).find(key));
}

YamlSize size_of(const YamlNode& node) {
  YamlSize size{1, 1};
  for (const YamlEntry& entry : node.entries) {
    const YamlSize part = size_of(entry.value);
    size.nodes += part.nodes;
    size.depth = std::max(size.depth, part.depth + 1);
  }
  return size;
}

std::string flow_text(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::null) return "null";
  if (node.kind == YamlNode::Kind::scalar) return flow_scalar(node.text);
  const bool is_list = node.kind == YamlNode::Kind::list;
  std::string text;
  for (const YamlEntry& entry : node.entries) {
    if (!text.empty()) text += ", ";
    if (!is_list) text += flow_scalar(entry.key) + ": ";
    text += flow_text(entry.value);
  }
  return is_list ? "[" + text + "]" : "{" + text + "}";
}

InputProblem problem_at(const Position& position, std::string path, std::string what, std::string got,
                        std::string allowed) {
  return {position.file ? *position.file : "",
          position.line,
          position.column,
          std::move(path),
          std::move(what),
          std::move(got),
          std::move(allowed)};
}

YamlNode parse_yaml(std::string_view text, std::string file, std::vector<InputProblem>& problems) {
  const auto shared_file = std::make_shared<const std::string>(std::move(file));
  TextCheck(shared_file).run(text);
  std::istringstream stream{std::string(text)};
  TreeBuilder builder(shared_file, problems);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    refuse(builder.position(error.mark), "not YAML: " + error.msg, "", "");
  }
  return builder.take();
}

std::string read_text_file(const std::string& path) {
  const Position whole_file{std::make_shared<const std::string>(path)};
  const auto fail = [&](int error) { refuse(whole_file, "cannot be read", std::strerror(error), ""); };
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) fail(errno);
  if (std::filesystem::is_directory(path)) fail(EISDIR);
  std::string text(YamlLimits::bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) fail(errno);
  text.resize(static_cast<size_t>(stream.gcount()));
  return text;
}

}  // namespace wattloop
