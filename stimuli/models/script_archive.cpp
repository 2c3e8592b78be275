// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/models/script_archive.h"

#include "core/base/error.h"
#include "stimuli/catalog/script_manifest.h"
#include "stimuli/checkpoints/script_tensors.h"
#include "stimuli/models/script_operators.h"
#include "stimuli/tensors/torch_errors.h"

#include <torch/csrc/jit/frontend/lexer.h>
#include <torch/csrc/jit/frontend/parser.h>
#include <torch/csrc/jit/frontend/tree_views.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/runtime/operator.h>
#include <torch/script.h>
#include <torch/types.h>

#include <algorithm>
#include <array>
#include <caffe2/serialize/inline_container.h>
#include <caffe2/serialize/read_adapter_interface.h>
#include <cctype>
#include <cstring>
#include <set>
#include <vector>

namespace mlab::stimuli {
namespace {

namespace jit = torch::jit;

constexpr std::uint64_t kMaxCodeBytes = std::uint64_t{64} << 20U; ///< of all source files
constexpr std::size_t kMaxNesting = 200;                          ///< of brackets and blocks
constexpr std::int64_t kMaxTurns = 1'000'000;                     ///< of a loop
constexpr const char* kHowToExport = "Export the model with torch.jit.trace, or without it";

[[noreturn]] void refuseCode(const std::string& name, const std::string& what)
{
    refuseModelFile(name, what + ". " + kHowToExport);
}

[[noreturn]] void refuseOperator(const std::string& name, const std::string& op)
{
    refuseModelFile(name, "its code uses the operator " + op +
                              ", which is not one of those that a model needs to compute with "
                              "tensors. Export the model without it, or ask for it to be added");
}

bool isIdentifier(const std::string& text)
{
    return !text.empty() && std::ranges::all_of(text, [](unsigned char letter) {
        return std::isalnum(letter) != 0 || letter == '_';
    });
}

bool isRegistered(const std::string& op)
{
    return !jit::getAllOperatorsFor(c10::Symbol::fromQualString(op)).empty();
}

/// One source file in the archive.
class SourceCheck {
public:
    SourceCheck(const std::string& text, const std::string& name)
        : source_(std::make_shared<jit::Source>(text)), name_(name)
    {
    }

    void run()
    {
        checkNesting();
        jit::Parser parser(source_);
        while (parser.lexer().cur().kind != jit::TK_EOF) {
            if (parser.lexer().cur().kind == jit::TK_CLASS_DEF) {
                checkClass(jit::ClassDef(parser.parseClass()));
            } else if (parser.lexer().cur().kind == jit::TK_DEF) {
                checkTree(parser.parseFunction(/*is_method=*/false));
            } else {
                refuseModelFile(name_, "its code has something else than classes and functions");
            }
        }
    }

private:
    /// The parser calls itself for each bracket and block.
    void checkNesting() const
    {
        std::size_t depth = 0;
        for (jit::Lexer lexer(source_); lexer.cur().kind != jit::TK_EOF; lexer.next()) {
            const int kind = lexer.cur().kind;
            if (kind == '(' || kind == '[' || kind == '{' || kind == jit::TK_INDENT) {
                ++depth;
            } else if (kind == ')' || kind == ']' || kind == '}' || kind == jit::TK_DEDENT) {
                depth -= depth == 0 ? 0 : 1;
            }
            if (depth > kMaxNesting) {
                refuseModelFile(name_, "its code is nested too deeply");
            }
        }
    }

    void checkClass(const jit::ClassDef& definition)
    {
        if (const auto super = definition.superclass(); super.present()) {
            const auto base = super.get();
            const bool known =
                base.kind() == jit::TK_VAR && (jit::Var(base).name().name() == "Module" ||
                                               jit::Var(base).name().name() == "NamedTuple");
            if (!known) {
                refuseCode(name_, "its code has a class, " + definition.name().name() +
                                      ", that is neither a module nor a named tuple");
            }
        }
        for (const auto& statement : definition.body()) {
            if (statement.kind() != jit::TK_DEF) {
                requireNoCall(statement.tree(),
                              "a constant of the class " + definition.name().name());
            }
        }
        checkTree(definition.tree());
    }

    /// LibTorch computes default values and constants while it loads the file.
    void requireNoCall(const jit::TreeRef& tree, const std::string& where)
    {
        forEachNode(tree, [&](const jit::TreeRef& node) {
            if (node->kind() == jit::TK_APPLY) {
                refuseCode(name_, "its code calls a function in " + where);
            }
        });
    }

    void checkTree(const jit::TreeRef& tree)
    {
        allowedOps_.clear();
        forEachNode(tree, [&](const jit::TreeRef& node) {
            switch (node->kind()) {
            case jit::TK_DEF:
                checkDefinition(jit::Def(node));
                break;
            case jit::TK_VAR:
                checkVariable(jit::Var(node));
                break;
            case jit::TK_STRINGLITERAL: // getattr() takes a name as a text
                checkName(jit::StringLiteral(node).text());
                break;
            case '.':
                checkSelect(jit::Select(node));
                break;
            default:
                break;
            }
        });
    }

    void checkDefinition(const jit::Def& definition)
    {
        const auto function = definition.name().name();
        if (function == "__setstate__") {
            refuseCode(name_, "a class of its code has __setstate__, which would run while the "
                              "file is loaded");
        }
        for (const auto& parameter : definition.decl().params()) {
            if (parameter.defaultValue().present()) {
                requireNoCall(parameter.defaultValue().get().tree(),
                              "a default value of " + function);
            }
        }
    }

    /// `ops` holds the operators of all namespaces. It may be used for the two that are listed.
    void checkVariable(const jit::Var& variable)
    {
        if (variable.name().name() == "ops" && !allowedOps_.contains(variable.tree().get())) {
            refuseCode(name_, "its code uses operators of another library");
        }
    }

    void checkSelect(const jit::Select& select)
    {
        const auto selector = select.selector().name();
        const auto value = select.value();
        if (isVariable(value, "ops") && (selector == "aten" || selector == "prim")) {
            allowedOps_.insert(value.tree().get());
            return;
        }
        if (isVariable(value, "torch") && !isScriptOperator("aten", selector)) {
            refuseOperator(name_, "aten::" + selector);
        }
        if (value.kind() == '.' && isVariable(jit::Select(value).value(), "ops")) {
            const auto space = jit::Select(value).selector().name();
            if (!isScriptOperator(space, selector)) {
                refuseOperator(name_, space + "::" + selector);
            }
        }
        checkName(selector);
    }

    /// What follows a dot may be an operator whatever stands before it: x.relu(), "file".save().
    void checkName(const std::string& text)
    {
        if (!isIdentifier(text) || isScriptOperator("aten", text) ||
            isScriptOperator("prim", text)) {
            return;
        }
        for (const auto* space : {"aten::", "prim::"}) {
            if (isRegistered(space + text)) {
                refuseOperator(name_, space + text);
            }
        }
    }

    static bool isVariable(const jit::Expr& expression, const char* name)
    {
        return expression.kind() == jit::TK_VAR && jit::Var(expression).name().name() == name;
    }

    /// Parents before their children, and without recursion.
    template <typename Visit> static void forEachNode(const jit::TreeRef& root, const Visit& visit)
    {
        std::vector<jit::TreeRef> open = {root};
        while (!open.empty()) {
            const auto node = open.back();
            open.pop_back();
            visit(node);
            open.insert(open.end(), node->trees().begin(), node->trees().end());
        }
    }

    std::shared_ptr<jit::Source> source_;
    const std::string& name_;
    std::set<const jit::Tree*> allowedOps_; ///< the `ops` of ops.aten and ops.prim
};

class BytesReader final : public caffe2::serialize::ReadAdapterInterface {
public:
    explicit BytesReader(std::string_view bytes) : bytes_(bytes) {}

    size_t size() const override { return bytes_.size(); }
    size_t read(uint64_t at, void* to, size_t count, const char* /*what*/) const override
    {
        const auto part = bytes_.substr(std::min<std::size_t>(at, bytes_.size()), count);
        std::memcpy(to, part.data(), part.size());
        return part.size();
    }

private:
    std::string_view bytes_;
};

/// An archive with what LibTorch needs of another one, all of it checked.
std::string checkedArchive(std::string_view bytes, const std::string& name)
{
    const ZipArchive archive(bytes, name);
    const auto folder = archive.folder();
    requireWholeTensors(archive, folder, name);

    caffe2::serialize::PyTorchStreamReader reader(std::make_shared<BytesReader>(bytes));
    std::string out;
    out.reserve(bytes.size());
    caffe2::serialize::PyTorchStreamWriter writer([&](const void* part, size_t count) {
        out.append(static_cast<const char*>(part), count);
        return count;
    });
    writer.setMinVersion(reader.version());
    std::uint64_t codeBytes = 0;
    for (const auto& [entry, content] : archive.entries()) {
        const auto record = entry.substr(folder.size());
        if (record.starts_with("code/") && record.ends_with(".py")) { // may be compressed
            codeBytes += std::min(content.bytes, kMaxCodeBytes + 1);
            if (codeBytes > kMaxCodeBytes) {
                refuseModelFile(name, "it has more than 64 MB of code");
            }
            const auto [data, size] = reader.getRecord(record);
            const std::string text(static_cast<const char*>(data.get()), size);
            SourceCheck(text, name).run();
            writer.writeRecord(record, text.data(), text.size());
        } else if (record == "data.pkl" || record == "constants.pkl" ||
                   record.starts_with("data/") || record.starts_with("constants/")) {
            const auto data = archive.read(entry);
            writer.writeRecord(record, data.data(), data.size());
        }
    }
    writer.writeEndOfFile();
    return out;
}

template <typename Visit> void forEachNode(jit::Block* block, const Visit& visit)
{
    for (auto* node : block->nodes()) {
        visit(*node);
        for (auto* inner : node->blocks()) {
            forEachNode(inner, visit);
        }
    }
}

bool isTrue(const jit::Value* value)
{
    const auto constant = jit::toIValue(value);
    return constant && constant->isBool() && constant->toBool();
}

/// Whether it runs a number of times that is known when it begins.
bool isForLoop(const jit::Node& loop)
{
    return isTrue(loop.inputs()[1]) && isTrue(loop.blocks()[0]->outputs()[0]);
}

/// Other classes are compiled in libraries: their objects can do anything.
void requireOwnClass(const c10::Type& type, const std::string& name)
{
    const auto* made = type.castRaw<c10::ClassType>();
    const auto known = made != nullptr && made->name() ? made->name()->qualifiedName() : "";
    if (!known.starts_with("__torch__.") || known.starts_with("__torch__.torch.classes.")) {
        refuseCode(name, "its code makes an object of the compiled class " + type.repr_str());
    }
}

void requireListedOperators(const jit::Module& module, const std::string& name)
{
    for (auto* function : module._ivalue()->compilation_unit()->get_functions()) {
        forEachNode(jit::toGraphFunction(*function).graph()->block(), [&](const jit::Node& node) {
            const auto kind = node.kind();
            if (!isScriptOperator(kind.ns().toUnqualString(), kind.toUnqualString())) {
                refuseOperator(name, kind.toQualString());
            }
            if (kind == c10::prim::CreateObject) {
                requireOwnClass(*node.output()->type(), name);
            }
        });
    }
}

/// LibTorch takes the values of attributes as they come and relies on their types later.
class TypeCheck {
public:
    explicit TypeCheck(const std::string& name) : name_(name) {}

    void require(const c10::IValue& value, const c10::Type& declared, const std::string& where)
    {
        if (!value.type()->isSubtypeOf(declared)) {
            refuseModelFile(name_, "its " + where + " is " + value.type()->repr_str() +
                                       ", but its code declares " + declared.repr_str());
        }
        if (value.isObject()) {
            const auto object = value.toObject();
            if (seen_.insert(object.get()).second) {
                const auto type = object->type();
                for (std::size_t i = 0; i < type->numAttributes(); ++i) {
                    require(object->getSlot(i), *type->getAttribute(i), type->getAttributeName(i));
                }
            }
        } else if (value.isList()) {
            const auto list = value.toList();
            for (std::size_t i = 0; i < list.size(); ++i) {
                require(list.get(i), *list.elementType(), "item of the list " + where);
            }
        } else if (value.isGenericDict()) {
            const auto dict = value.toGenericDict();
            for (const auto& item : dict) {
                require(item.key(), *dict.keyType(), "key of " + where);
                require(item.value(), *dict.valueType(), "value of " + where);
            }
        } else if (value.isTuple()) {
            for (const auto& item : value.toTupleRef().elements()) {
                require(item, *item.type(), "item of " + where);
            }
        }
    }

private:
    const std::string& name_;
    std::set<const void*> seen_;
};

} // namespace

jit::Module loadCheckedScript(std::string_view bytes, const std::string& name,
                              const std::string& device)
{
    const auto checked = checkedArchive(bytes, name);
    auto module = jit::load(std::make_shared<BytesReader>(checked), torch::Device(device));
    requireListedOperators(module, name);
    TypeCheck(name).require(module._ivalue(), *module.type(), "model");
    return module;
}

void requireBoundedLoops(const std::shared_ptr<jit::Graph>& graph, const std::string& name,
                         const std::string& layer)
{
    forEachNode(graph->block(), [&](const jit::Node& node) {
        if (node.kind() != c10::prim::Loop) {
            return;
        }
        const auto* turns = node.inputs()[0];
        const auto constant = jit::toIValue(turns);
        const bool few = constant && constant->isInt() && constant->toInt() <= kMaxTurns;
        if (!isForLoop(node) || (!few && turns->node()->kind() != c10::aten::len)) {
            refuseCode(name, "its layer " + layer +
                                 " has a loop that neither runs over a list nor a constant number "
                                 "of times, at most a million");
        }
    });
}

} // namespace mlab::stimuli
