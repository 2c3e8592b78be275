// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/design_check.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "experiments/design/recognition_spec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <memory>
#include <numbers>
#include <utility>

namespace mlab::experiments {
namespace {

std::string oneDecimal(double value)
{
    return shortNumber(std::round(value * 10.0) / 10.0);
}

class MeaningCheck {
public:
    MeaningCheck(const Design& design, const std::vector<DimensionOrigin>& origins,
                 const LocatedJson& document, const std::set<std::string>& unusable,
                 const CheckContext& context)
        : design_(design), origins_(origins), document_(document), unusable_(unusable),
          context_(context)
    {
    }

    std::vector<Diagnostic> run()
    {
        layers();
        modality();
        task();
        pictures();
        timing();
        if (design_.task == Task::recognition) {
            recognition();
        } else {
            commonProcedure();
        }
        for (std::size_t i = 0; i < origins_.size(); ++i) {
            component(i);
            if (design_.modality == Modality::image) {
                place(i);
            }
            procedure(origins_[i].procedure, origins_[i].entry);
        }
        repeated();
        if (design_.modality == Modality::image) {
            height();
        }
        schedule();
        return std::move(diagnostics_);
    }

private:
    /// Reports each problem once, however many dimensions share it.
    void add(const std::string& pointer, const std::string& message, std::string suggestion = {})
    {
        if (reported_.emplace(pointer, message).second) {
            diagnostics_.push_back(document_.atValue(pointer, message, std::move(suggestion)));
        }
    }

    /// Whether what stands at these pointers (or their defaults) is what the person meant.
    bool usable(std::initializer_list<std::string> pointers) const
    {
        return std::ranges::all_of(pointers, [&](std::string pointer) {
            while (!pointer.empty() && !unusable_.contains(pointer)) {
                pointer = parentPointer(pointer);
            }
            return pointer.empty() && !unusable_.contains("");
        });
    }

    void layers()
    {
        std::string modelAt = "/model/builtin";
        for (const auto* file : {"/model/weights", "/model/file"}) {
            if (document_.has(file)) {
                modelAt = file;
            }
        }
        if (!context_.modelInfo ||
            !usable({"/model/builtin", "/model/architecture", "/model/weights", "/model/file",
                     "/modality", "/dimensions"})) {
            return;
        }
        ModelInfo model;
        try {
            model = context_.modelInfo(design_.synthesis.model);
        } catch (const Error& error) {
            add(modelAt, error.what());
            return;
        }
        imageSize(model);
        soundDuration(model);
        if (model.modality != design_.modality) {
            add(modelAt, "model " + inQuotes(model.name) + " is for the modality " +
                             inQuotes(toString(model.modality)) + ", the design's is " +
                             inQuotes(toString(design_.modality)));
        }
        for (std::size_t i = 0; document_.has(childPointer("/dimensions", i)); ++i) {
            layer(model, childPointer("/dimensions", i) + "/layer");
        }
        for (std::size_t i = 0; document_.has(childPointer("/recognition/layers", i)); ++i) {
            layer(model, childPointer("/recognition/layers", i));
        }
    }

    void layer(const ModelInfo& model, const std::string& at)
    {
        if (!document_.has(at) || !usable({at})) {
            return;
        }
        std::string known;
        for (const auto& layer : model.layers) {
            known += known.empty() ? "" : ", ";
            known += layer;
        }
        const auto layer = document_.root().at(nlohmann::json::json_pointer(at)).get<std::string>();
        if (std::ranges::find(model.layers, layer) == model.layers.end()) {
            add(at,
                "model " + inQuotes(model.name) + " has no layer " + inQuotes(layer) +
                    "; its layers are " + known,
                nearestName(layer, model.layers).value_or(""));
        }
    }

    /// What belongs to the other kind of task.
    void task()
    {
        if (!usable({"/task"})) {
            return;
        }
        const bool recognition = design_.task == Task::recognition;
        const std::string missing = recognition ? "/recognition" : "/dimensions";
        if (!document_.has(missing)) {
            add("", "the key \"" + missing.substr(1) + "\" is missing");
        }
        if (!recognition) {
            refuse("/recognition", "is for the task \"recognition\", the design's is " +
                                       inQuotes(toString(design_.task)));
            return;
        }
        for (const auto* at : {"/dimensions", "/procedure", "/schedule", "/references_per_trial",
                               "/references/within_percentile", "/basis", "/solver",
                               "/practice/level", "/timing/gap_ms"}) {
            refuse(at, "the task \"recognition\" has no use for it; leave it out");
        }
    }

    void recognition()
    {
        const std::string categoriesAt = "/recognition/categories";
        if (!design_.recognition || !usable({"/recognition", categoriesAt})) {
            return;
        }
        const auto& spec = *design_.recognition;
        bool sound = true;
        std::map<std::string, std::size_t> names;
        std::map<std::string, std::size_t> labels;
        for (std::size_t i = 0; document_.has(childPointer(categoriesAt, i)); ++i) {
            const auto at = childPointer(categoriesAt, i);
            if (!usable({at, at + "/name", at + "/references", at + "/label", at + "/icon"})) {
                return; // the categories are not those of the file
            }
            const auto& category = spec.categories.at(i);
            if (!names.emplace(category.name, i).second) {
                sound = false;
                add(at + "/name", "there is a category " + inQuotes(category.name) + " already");
            }
            if (!labels.emplace(category.label, i).second) {
                sound = false;
                add(document_.has(at + "/label") ? at + "/label" : at,
                    "there is a category with the label " + inQuotes(category.label) +
                        " already; the participant could not tell them apart");
            }
            icon(spec.icons.at(i), at + "/icon");
        }
        for (std::size_t i = 0; usable({"/recognition/layers"}) && i < spec.layers.size(); ++i) {
            if (spec.layers[i] == kNaturalCondition) {
                add(childPointer("/recognition/layers", i),
                    "metamers of a layer of this name could not be told from the natural stimuli, "
                    "whose condition it is; rename the model's layer");
            }
        }
        const auto categories = static_cast<int>(spec.categories.size());
        if (spec.catchPerBlock > 0 && design_.practice.trials < categories &&
            usable({"/recognition/catch_per_block", "/practice/trials"})) {
            add(document_.has("/practice/trials") ? "/practice/trials" : "/recognition",
                "catch trials repeat what practice has shown, so that practice needs a trial for "
                "each of the " +
                    std::to_string(categories) +
                    " categories (practice.trials), or catch_per_block must be 0");
        }
        if (sound && context_.referenceIds &&
            usable({"/references", "/references/folder", "/references/builtin",
                    "/references/builtin/count", "/recognition/layers",
                    "/recognition/trials_per_category"})) {
            referencesOfCategories();
        }
    }

    void icon(const std::filesystem::path& icon, const std::string& at)
    {
        if (icon.empty()) {
            return;
        }
        if (icon == kExampleIcon) {
            if (design_.modality == Modality::audio) {
                add(at, "the examples of a design of sounds cannot be seen; name a picture's file");
            }
            return;
        }
        std::error_code error;
        if (!context_.iconProblem) {
            return;
        }
        if (!std::filesystem::is_regular_file(icon, error)) {
            add(at, "there is no file " + icon.string() + " (files are relative to the design)");
        } else if (const auto problem = context_.iconProblem(icon); !problem.empty()) {
            add(at, problem);
        }
    }

    void referencesOfCategories()
    {
        std::vector<std::string> ids;
        try {
            ids = context_.referenceIds(design_.synthesis.references, design_.synthesis.format);
        } catch (const Error&) {
            return; // folder() says what is wrong with it
        }
        try {
            referencesByCategory(*design_.recognition, ids);
        } catch (const InvalidArgument& problem) {
            add("/recognition/categories", problem.what());
        }
    }

    void refuse(const std::string& at, const std::string& why)
    {
        if (document_.has(at) && usable({at})) {
            add(at, why);
        }
    }

    /// What belongs to the other modality, and what only images need.
    void modality()
    {
        if (!usable({"/modality"})) {
            return;
        }
        const bool images = design_.modality == Modality::image;
        if (images) {
            for (const auto* at : {"/sound", "/headphone_check"}) {
                refuse(at, "is for sounds, the design's modality is \"image\"");
            }
        } else {
            refuse("/image_size_px", "is for images, the design's modality is \"audio\"");
            refuse("/timing/interval_ms",
                   "an interval of sound lasts as long as the sounds (sound.duration_ms); leave "
                   "it out");
        }
        for (std::size_t i = 0; document_.has(childPointer("/dimensions", i)); ++i) {
            const std::string entry = childPointer("/dimensions", i);
            const std::string at = childPointer(entry, "eccentricities_deg");
            if (!images) {
                refuse(at, "sounds have no place on the screen; leave it out");
            } else if (!document_.has(at) && usable({at})) {
                add(entry, "the key \"eccentricities_deg\" is missing");
            }
        }
    }

    void soundDuration(const ModelInfo& model)
    {
        const auto* format = design_.sounds();
        const std::string at = "/sound/duration_ms";
        if (format == nullptr || model.durationMs == 0 || format->durationMs == model.durationMs ||
            !usable({at})) {
            return;
        }
        add(document_.has(at) ? at : "/model",
            "model " + inQuotes(model.name) + " takes sounds of " + shortNumber(model.durationMs) +
                " ms, not " + shortNumber(format->durationMs) + " ms");
    }

    void imageSize(const ModelInfo& model)
    {
        const std::string at = "/image_size_px";
        const auto* format = std::get_if<ImageFormat>(&design_.synthesis.format);
        const int size = format == nullptr ? 0 : format->sizePx;
        if (format == nullptr || !usable({at}) ||
            (size >= model.minimumSizePx && size % model.sizeMultiplePx == 0)) {
            return;
        }
        add(document_.has(at) ? at : "/model",
            "model " + inQuotes(model.name) + " takes images of at least " +
                std::to_string(model.minimumSizePx) + " px" +
                (model.sizeMultiplePx > 1
                     ? ", a multiple of " + std::to_string(model.sizeMultiplePx)
                     : "") +
                ", not " + std::to_string(size) + " px");
    }

    void pictures()
    {
        const auto& synthesis = design_.synthesis;
        folder(synthesis.references,
               document_.has("/references/folder") ? "/references/folder" : "");
        folder(synthesis.basis.pool, "/basis/pool/folder");

        const std::string perTrialAt = "/references_per_trial";
        const std::string countAt = "/references/builtin/count";
        if (synthesis.references.folder.empty() && usable({perTrialAt, countAt}) &&
            design_.referencesPerTrial > synthesis.references.count) {
            add(document_.has(perTrialAt) ? perTrialAt : countAt,
                "a trial names " + std::to_string(design_.referencesPerTrial) +
                    " references (references_per_trial), but there are only " +
                    std::to_string(synthesis.references.count) + " (references.builtin.count)");
        }
        basis();
    }

    void basis()
    {
        const auto& basis = design_.synthesis.basis;
        const std::string componentsAt = "/basis/components";
        const std::string candidatesAt = "/basis/candidates";
        const std::string selectAt = "/basis/select";
        const auto writtenOr = [this](const std::string& at, const std::string& otherwise) {
            return document_.has(at) ? at : otherwise;
        };
        if (!usable({componentsAt, candidatesAt, "/basis/method"}) || !selectionUsable()) {
            return;
        }
        const auto among =
            " ranks from 1 to " + std::to_string(basis.candidates) + " (basis.candidates)";
        if (!basis.select.empty() &&
            basis.select.size() != static_cast<std::size_t>(basis.components)) {
            add(componentsAt, "basis.select lists " + std::to_string(basis.select.size()) +
                                  " components, and basis.components is " +
                                  std::to_string(basis.components) + "; leave it out");
        } else if (basis.select.empty() && basis.components > basis.candidates) {
            add(writtenOr(componentsAt, candidatesAt),
                "basis.components is " + std::to_string(basis.components) + ", there are" + among);
        }
        for (std::size_t i = 0; i < basis.select.size(); ++i) {
            if (basis.select[i] > basis.candidates) {
                add(childPointer(selectAt, i),
                    "there is no component " + std::to_string(basis.select[i]) + ":" + among);
            }
        }

        const std::string poolAt =
            basis.pool.folder.empty() ? "/basis/pool/builtin/count" : "/basis/pool/count";
        if (!usable({poolAt})) {
            return;
        }
        const bool independent = basis.method == BasisMethod::ica;
        int needed = independent ? basis.candidates : basis.components;
        std::string setting = independent ? candidatesAt : componentsAt;
        if (!independent && !basis.select.empty()) {
            needed = std::ranges::max(basis.select);
            setting = selectAt;
        }
        if (basis.pool.count <= needed) {
            std::string name = setting.substr(1);
            std::ranges::replace(name, '/', '.');
            add(writtenOr(poolAt, writtenOr(setting, "/basis")),
                "a pool of " + std::to_string(basis.pool.count) + " pictures gives at most " +
                    std::to_string(basis.pool.count - 1) + " components, and " + name +
                    (setting == selectAt ? " names " : " is ") + std::to_string(needed));
        }
    }

    void folder(const StimulusSource& source, const std::string& at)
    {
        if (!context_.folderProblems || source.folder.empty()) {
            return;
        }
        std::error_code error;
        if (!std::filesystem::is_directory(source.folder, error)) {
            const bool there = std::filesystem::exists(source.folder, error);
            add(at, (there ? "not a folder: " : "there is no folder ") + source.folder.string() +
                        " (folders are relative to the design file)");
            return;
        }
        for (const auto& problem : context_.folderProblems(source, design_.synthesis.format)) {
            add(at, problem);
        }
    }

    void timing()
    {
        if (!context_.screen) {
            return;
        }
        const Timing& t = design_.timing;
        const std::array<std::pair<const char*, double>, 5> durations{{
            {"/timing/fixation_ms", t.fixationMs},
            {"/timing/interval_ms", t.intervalMs},
            {"/timing/gap_ms", t.gapMs},
            {"/timing/before_answer_ms", t.beforeAnswerMs},
            {"/timing/feedback_ms", t.feedbackMs},
        }};
        const double hz = context_.screen->refreshHz;
        for (const auto& [at, ms] : durations) {
            if (usable({at}) && wholeFrames(ms, hz) == 0) {
                add(at, shortNumber(ms) + " ms is less than half a frame at " + oneDecimal(hz) +
                            " Hz and would not be shown; one frame lasts " +
                            oneDecimal(1000.0 / hz) + " ms");
            }
        }
    }

    /// Whether basis.select is what the person meant, entry by entry.
    bool selectionUsable() const
    {
        const std::string selectAt = "/basis/select";
        bool all = usable({selectAt});
        for (std::size_t i = 0; all && document_.has(childPointer(selectAt, i)); ++i) {
            all = usable({childPointer(selectAt, i)});
        }
        return all;
    }

    void component(std::size_t i)
    {
        const int component = design_.dimensions[i].dimension.component;
        const auto& basis = design_.synthesis.basis;
        if (usable({"/basis/components"}) && selectionUsable() && component > basis.components) {
            add(origins_[i].component,
                "component " + std::to_string(component) + " is not retained: " +
                    (basis.select.empty() ? "basis.components is "
                                          : "the number of components in basis.select is ") +
                    std::to_string(basis.components));
        }
    }

    /// One diagnostic for each pair of entries that overlap.
    void repeated()
    {
        std::map<std::string, std::string> entryOf;
        struct Overlap {
            std::size_t first = 0;
            int count = 0;
        };
        std::map<std::pair<std::string, std::string>, Overlap> overlaps;
        for (std::size_t i = 0; i < origins_.size(); ++i) {
            const auto [earlier, isNew] =
                entryOf.emplace(design_.dimensions[i].dimension.id(), origins_[i].entry);
            if (!isNew) {
                auto& overlap = overlaps[{origins_[i].entry, earlier->second}];
                overlap.first = overlap.count++ == 0 ? i : overlap.first;
            }
        }
        for (const auto& [entries, overlap] : overlaps) {
            const std::string id = design_.dimensions[overlap.first].dimension.id();
            std::string message = "dimension " + id;
            message += overlap.count == 1
                           ? " is"
                           : " and " + std::to_string(overlap.count - 1) + " more are";
            message += " listed already by the entry on line " +
                       std::to_string(document_.lineOf(entries.second));
            add(origins_[overlap.first].component, message);
        }
    }

    void place(std::size_t i)
    {
        const std::string sizeAt = "/display/image_size_deg";
        if (!usable({sizeAt})) {
            return;
        }
        const double deg = design_.dimensions[i].dimension.eccentricityDeg;
        const double half = design_.display.imageSizeDeg / 2.0;
        const std::string& at = origins_[i].eccentricity;
        if (deg > 0 && deg < half) {
            add(at, "at " + shortNumber(deg) + " degrees an image of " +
                        shortNumber(design_.display.imageSizeDeg) +
                        " degrees would cover the fixation mark; use at least " +
                        shortNumber(half) + ", or 0 to show it at fixation");
        }
        if (!context_.screen ||
            !usable({"/display/viewing_distance_cm", "/display/screen_width_cm"})) {
            return;
        }
        const double halfImage = imageSizePixels(design_.display, *context_.screen) / 2.0;
        const double free = context_.screen->drawableWidthPx / 2.0;
        const double edge = pixelsFromCentre(deg, design_.display, *context_.screen) + halfImage;
        if (edge > free) {
            const double perCm = context_.screen->widthPx / design_.display.screenWidthCm;
            const double fits =
                std::atan((free - halfImage) / perCm / design_.display.viewingDistanceCm) * 180.0 /
                std::numbers::pi;
            add(at, "at " + shortNumber(deg) + " degrees the image's edge would be " +
                        oneDecimal(edge) +
                        " pixels from the centre, beyond the edge of the screen at " +
                        oneDecimal(free) +
                        (fits >= 0 ? "; at most " + shortNumber(std::floor(fits * 10.0) / 10.0) +
                                         " degrees fit"
                                   : "; it does not even fit at 0 degrees"));
        }
    }

    void height()
    {
        const std::string at = "/display/image_size_deg";
        if (!context_.screen ||
            !usable({at, "/display/viewing_distance_cm", "/display/screen_width_cm"})) {
            return;
        }
        const double size = imageSizePixels(design_.display, *context_.screen);
        if (size > context_.screen->drawableHeightPx) {
            add(at, "an image of " + shortNumber(design_.display.imageSizeDeg) +
                        " degrees would be " + oneDecimal(size) + " pixels high, the screen has " +
                        std::to_string(context_.screen->drawableHeightPx));
        }
    }

    /// Where one of these settings is written: in the entry's own procedure, else in the design's.
    std::string written(const std::string& entry, const std::vector<const char*>& keys) const
    {
        for (const auto& base : {entry + "/procedure", std::string("/procedure")}) {
            for (const char* const key : keys) {
                if (document_.has(childPointer(base, key))) {
                    return childPointer(base, key);
                }
            }
        }
        return entry;
    }

    /// Whether the schema refused a part of it: then it is not judged as a whole.
    bool touched(const std::string& procedure) const
    {
        const auto next = unusable_.lower_bound(procedure);
        return next != unusable_.end() && next->starts_with(procedure);
    }

    void schedule()
    {
        if (design_.schedule != Schedule::information || !usable({"/schedule"})) {
            return;
        }
        for (std::size_t i = 0; i < origins_.size(); ++i) {
            const std::string& type = origins_[i].procedure.type;
            if (!procedureType(type).expectsInformation && !touched("/procedure") &&
                !touched(origins_[i].entry + "/procedure")) {
                add("/schedule",
                    "the schedule \"information\" gives the next trial to the dimension whose "
                    "answer is expected to say most, which a " +
                        type + " does not know (dimension " + design_.dimensions[i].dimension.id() +
                        "); give every dimension another procedure, or use the schedule "
                        "\"blocks\"");
                return;
            }
        }
    }

    void commonProcedure()
    {
        if (touched("/procedure")) {
            return;
        }
        std::string type = ProcedureSettings{}.type;
        const JsonNode root(document_.root(), "", unusable_);
        if (const auto common = root.find("procedure")) {
            common->read("type", type);
        }
        ofOtherTypes("/procedure", type);
    }

    void procedure(const ProcedureSettings& settings, const std::string& entry)
    {
        const std::string own = entry + "/procedure";
        if (touched("/procedure") || touched(own)) {
            return;
        }
        if (document_.has(own) && ofOtherTypes(own, settings.type)) {
            return;
        }
        levels(settings, entry);
    }

    /// Whether there are keys of other types, each of which is reported.
    bool ofOtherTypes(const std::string& pointer, const std::string& type)
    {
        const auto found = keysOfOtherTypes(document_, pointer, type);
        for (const auto& diagnostic : found) {
            if (reported_.emplace(diagnostic.pointer, diagnostic.message).second) {
                diagnostics_.push_back(diagnostic);
            }
        }
        return !found.empty();
    }

    void levels(const ProcedureSettings& settings, const std::string& entry)
    {
        bool sound = true;
        const auto problem = [&](const std::vector<const char*>& keys, const std::string& message) {
            sound = false;
            add(written(entry, keys), message);
        };
        for (const auto& [keys, message] : settingsProblems(settings)) {
            problem(keys, message);
        }
        if (sound) {
            try {
                const auto whole = procedureSpec(settings);
                if (std::ranges::find(accepted_, whole) == accepted_.end()) {
                    const Procedure accepted(whole);
                    accepted_.push_back(whole);
                }
            } catch (const InvalidArgument& error) {
                problem({procedureType(settings.type).mainKey}, error.what());
            }
        }
    }

    const Design& design_;
    const std::vector<DimensionOrigin>& origins_;
    const LocatedJson& document_;
    const std::set<std::string>& unusable_;
    const CheckContext& context_;
    std::vector<ProcedureSpec> accepted_; ///< making one takes a moment
    std::vector<Diagnostic> diagnostics_;
    std::set<std::pair<std::string, std::string>> reported_;
};

} // namespace

std::vector<Diagnostic> checkMeaning(const Design& design,
                                     const std::vector<DimensionOrigin>& origins,
                                     const LocatedJson& document,
                                     const std::set<std::string>& unusable,
                                     const CheckContext& context)
{
    return MeaningCheck(design, origins, document, unusable, context).run();
}

} // namespace mlab::experiments
