#include "io/extends.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "io/nearest.h"

namespace wattloop {
namespace {

namespace fs = std::filesystem;

void make_changes(YamlNode& node, YamlNode&& changes) {
  for (YamlEntry& change : changes.entries) {
    YamlEntry* entry = node.find(change.key);
    if (entry == nullptr) {
      node.entries.push_back(std::move(change));
    } else if (change.value.kind == YamlNode::Kind::null) {
      node.entries.erase(node.entries.begin() + (entry - node.entries.data()));
    } else if (entry->value.kind == YamlNode::Kind::mapping && change.value.kind == YamlNode::Kind::mapping &&
               change.value.find("value") == nullptr) {
      make_changes(entry->value, std::move(change.value));
    } else {
      *entry = std::move(change);
    }
  }
  node.position = changes.position;
}

/// By which a file is known again. A pipe, as of a shell's <(...), has no path that could be resolved.
fs::path identity_of(const fs::path& file) {
  std::error_code error;
  const fs::path resolved = fs::weakly_canonical(file, error);
  return error ? file : resolved;
}

class Extension {
 public:
  explicit Extension(std::vector<InputProblem>& problems) : problems_(problems) {}

  void apply(YamlNode& root, const fs::path& file) {
    chain_.push_back(identity_of(file));
    const YamlEntry* extends = root.find("extends");
    if (extends == nullptr) return;
    const YamlNode name = extends->value;
    root.entries.erase(root.entries.begin() + (extends - root.entries.data()));
    if (name.kind != YamlNode::Kind::scalar) {
      problems_.push_back(problem_at(name.position, "extends", "wrong kind of value", "", "the path of a case file"));
      return;
    }
    const fs::path base_file = (file.parent_path() / name.text).lexically_normal();
    if (std::find(chain_.begin(), chain_.end(), identity_of(base_file)) != chain_.end()) {
      problems_.push_back(problem_at(name.position, "extends", "a case extends itself", name.text));
      return;
    }
    if (YamlNode base = read(base_file, name); base.kind == YamlNode::Kind::mapping) {
      require_same_version(root, base, name);
      make_changes(base, std::move(root));
      root = std::move(base);
    }
  }

  std::vector<BaseFile> take() { return std::move(bases_); }

 private:
  /// What is wrong with the file as a whole is said where it is named.
  YamlNode read(const fs::path& file, const YamlNode& name) {
    YamlNode base;
    try {
      std::string text = read_text_file(file.string());
      base = parse_yaml(text, file.string(), problems_);
      bases_.push_back({file.string(), std::move(text)});
      apply(base, file);
      if (base.kind != YamlNode::Kind::mapping)
        problems_.push_back(problem_at(name.position, "extends", "not a case", name.text, "a mapping"));
    } catch (const InputError& error) {
      for (const InputProblem& p : error.problems())
        problems_.push_back(p.line > 0 ? p : problem_at(name.position, "extends", p.what, p.got, p.allowed));
    }
    return base;
  }

  void require_same_version(const YamlNode& root, const YamlNode& base, const YamlNode& name) {
    const YamlEntry *own = root.find("wattloop"), *other = base.find("wattloop");
    if (own != nullptr && other != nullptr && own->value.text != other->value.text)
      problems_.push_back(
          problem_at(name.position, "extends", "a case of another format version", other->value.text, own->value.text));
  }

  std::vector<InputProblem>& problems_;
  std::vector<fs::path> chain_;
  std::vector<BaseFile> bases_;
};

/// Templates that extend others, each once.
class Derivation {
 public:
  Derivation(YamlNode& templates, std::vector<InputProblem>& problems) : templates_(templates), problems_(problems) {}

  void run() {
    for (const YamlEntry& entry : templates_.entries) names_.push_back(entry.key);
    for (const std::string& name : names_) derive(name);
  }

 private:
  void derive(const std::string& name) {
    YamlNode& node = templates_.find(name)->value;
    const YamlEntry* extends = node.find("extends");
    if (extends == nullptr) return;
    const std::string path = fmt::format("templates.{}.extends", name);
    const YamlNode base = extends->value;
    node.entries.erase(node.entries.begin() + (extends - node.entries.data()));
    const auto report = [&](const char* what, const std::string& allowed) {
      problems_.push_back(problem_at(base.position, path, what, base.text, allowed));
    };
    if (base.kind != YamlNode::Kind::scalar) return report("wrong kind of value", "the name of a template");
    if (std::find(chain_.begin(), chain_.end(), base.text) != chain_.end() || base.text == name)
      return report("a template extends itself", "");
    if (std::find(names_.begin(), names_.end(), base.text) == names_.end())
      return report("there is no template of this name", suggestion(base.text, names_));
    chain_.push_back(name);
    derive(base.text);
    chain_.pop_back();
    YamlNode derived = templates_.find(base.text)->value;
    nodes_ += size_of(derived).nodes;
    if (nodes_ > YamlLimits::nodes)
      throw InputError({problem_at(base.position, path, "too large", "", fmt::format("{} values", YamlLimits::nodes))});
    make_changes(derived, std::move(node));
    node = std::move(derived);
  }

  YamlNode& templates_;
  std::vector<InputProblem>& problems_;
  std::vector<std::string> names_, chain_;
  std::size_t nodes_ = 0;
};

}  // namespace

void derive_templates(YamlNode& root, std::vector<InputProblem>& problems) {
  YamlEntry* templates = root.find("templates");
  if (templates != nullptr && templates->value.kind == YamlNode::Kind::mapping)
    Derivation(templates->value, problems).run();
}

std::vector<BaseFile> apply_extends(YamlNode& root, const fs::path& file, std::vector<InputProblem>& problems) {
  Extension extension(problems);
  extension.apply(root, file);
  return extension.take();
}

}  // namespace wattloop
