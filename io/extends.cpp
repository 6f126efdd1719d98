#include "io/extends.h"

#include <algorithm>
#include <utility>

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

class Extension {
 public:
  explicit Extension(std::vector<InputProblem>& problems) : problems_(problems) {}

  void apply(YamlNode& root, const fs::path& file) {
    chain_.push_back(fs::weakly_canonical(file));
    const YamlEntry* extends = root.find("extends");
    if (extends == nullptr) return;
    const YamlNode name = extends->value;
    root.entries.erase(root.entries.begin() + (extends - root.entries.data()));
    if (name.kind != YamlNode::Kind::scalar) {
      problems_.push_back(problem_at(name.position, "extends", "wrong kind of value", "", "the path of a case file"));
      return;
    }
    const fs::path base_file = (file.parent_path() / name.text).lexically_normal();
    if (std::find(chain_.begin(), chain_.end(), fs::weakly_canonical(base_file)) != chain_.end()) {
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

}  // namespace

std::vector<BaseFile> apply_extends(YamlNode& root, const fs::path& file, std::vector<InputProblem>& problems) {
  Extension extension(problems);
  extension.apply(root, file);
  return extension.take();
}

}  // namespace wattloop
