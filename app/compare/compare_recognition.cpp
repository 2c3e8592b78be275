// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/compare_recognition.h"

#include "app/compare/shown_metamers.h"
#include "app/program/design_input.h"
#include "app/session/session_network.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/parallel.h"
#include "core/base/sha256.h"
#include "stimuli/catalog/imagenet_categories.h"
#include "stimuli/catalog/model_info.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mlab::app {
namespace {

/// The stimuli of the counted trials, each once.
struct SeenStimuli {
    std::vector<ClassifiedParticipant> participants;
    std::vector<JudgedStimulus> stimuli; ///< by ClassifiedTrial::stimulus
    int counted = 0;
    int leftOut = 0; ///< trials whose stimuli are gone
};

SeenStimuli seenStimuli(const RecognitionData& design, ShownMetamers& shown)
{
    SeenStimuli out;
    std::map<std::string, std::size_t> numbers; // by hash
    for (const auto& participant : design.participants) {
        ClassifiedParticipant own{.id = participant.id, .trials = {}};
        for (const auto& session : participant.sessions) {
            for (const auto& trial : session.trials) {
                const auto answer = countedAnswer(design, trial);
                if (!answer) {
                    continue;
                }
                ++out.counted;
                if (!shown.has(trial.stimulusSha256)) {
                    ++out.leftOut;
                    continue;
                }
                const auto [place, isNew] =
                    numbers.try_emplace(trial.stimulusSha256, out.stimuli.size());
                if (isNew) {
                    out.stimuli.push_back({.reference = trial.referenceId,
                                           .stimulus = shown.stimulus(trial.stimulusSha256)});
                }
                own.trials.push_back({.sessionId = session.id,
                                      .trialIndex = trial.trialIndex,
                                      .seen = *answer,
                                      .stimulus = place->second});
            }
        }
        if (!own.trials.empty()) {
            out.participants.push_back(std::move(own));
        }
    }
    return out;
}

/// Where a model of the list recognises.
std::vector<Representation> placesOf(const ListedModel& model)
{
    if (model.layers.empty()) {
        return {{.layer = {}, .space = RepresentationSpace::logits}};
    }
    std::vector<Representation> out;
    for (const auto& layer : model.layers) {
        out.push_back({.layer = layer, .space = model.space});
    }
    return out;
}

/// Numbers networks. A design and a list of models name a file from different folders, so that its
/// content counts.
class NetworkNumbers {
public:
    /// The same number for the same network. @throws IoError for a file that cannot be read
    std::size_t of(const ModelSpec& model)
    {
        auto withoutFile = model;
        withoutFile.file.clear();
        const auto network = std::pair(withoutFile, hashOf(model.file));
        const auto found = std::ranges::find(networks_, network);
        const auto number = static_cast<std::size_t>(found - networks_.begin());
        if (found == networks_.end()) {
            networks_.push_back(network);
        }
        return number;
    }

private:
    // A large file takes a while, and each of its layers asks.
    std::string hashOf(const std::filesystem::path& file)
    {
        if (file.empty()) {
            return {};
        }
        const auto known = hashes_.find(file);
        return known != hashes_.end() ? known->second
                                      : hashes_.emplace(file, sha256OfFile(file)).first->second;
    }

    std::vector<std::pair<ModelSpec, std::string>> networks_;
    std::map<std::filesystem::path, std::string> hashes_;
};

/// The work on one design.
class Recognition {
public:
    Recognition(const SynthesisSpec& spec, const experiments::RecognitionSpec& recognition,
                ShownMetamers& shown, const SeenStimuli& seen, const CompareOptions& options,
                const stimuli::Progress& progress, const std::stop_token& stop)
        : spec_(spec), recognition_(recognition), references_(shown.references()), seen_(seen),
          options_(options), progress_(progress), stop_(stop)
    {
    }

    ComparedClassifier classified(const ListedModel& model, const Representation& place) const
    {
        const auto info = stimuli::modelInfo(model.model);
        if (model.layers.empty() && info.logitsLayer.empty()) {
            throw InvalidArgument("the model has no classes; name the layers in which it is to "
                                  "recognise by category means, with the key \"layers\"");
        }
        stimuli::nearestFormat(info, spec_.format); // before the model is loaded
        stimuli::representedLayer(info, place);
        auto evidence =
            categoryEvidence({.model = model.model,
                              .format = spec_.format,
                              .basis = spec_.basis,
                              .wanted = {place},
                              .cacheFolder = options_.cacheFolder,
                              .compute = options_.compute},
                             recognition_, references_, seen_.stimuli, progress_, stop_);
        return {.model = model.name,
                .layer = place.layer,
                .space = nameIn(kRepresentationSpaces, place.space),
                .byClasses = byClasses(place, info),
                .own = false,
                .network = 0,
                .evidence = std::move(evidence)};
    }

private:
    bool byClasses(const Representation& place, const ModelInfo& info) const
    {
        std::vector<std::string> names;
        for (const auto& category : recognition_.categories) {
            names.push_back(category.name);
        }
        return place.space == RepresentationSpace::logits &&
               !stimuli::classesOfCategories(names, info.classes).empty();
    }

    const SynthesisSpec& spec_;
    const experiments::RecognitionSpec& recognition_;
    std::vector<stimuli::NamedStimulus> references_;
    const SeenStimuli& seen_;
    const CompareOptions& options_;
    const stimuli::Progress& progress_;
    const std::stop_token& stop_;
};

} // namespace

ClassifierComparison compareRecognition(const StudyData& study, const RecognitionData& design,
                                        std::span<const ListedModel> models,
                                        const CompareOptions& options,
                                        const stimuli::Progress& progress,
                                        const std::stop_token& stop)
{
    const auto& header = study.headers.at(design.participants.front().sessions.front().id);
    ShownMetamers shown(study, design, options, progress, stop);
    auto seen = seenStimuli(design, shown);
    ClassifierComparison out{.people = computeRecognitionReport(design),
                             .networks = {.metamersOf = header.model,
                                          .categories = design.categories,
                                          .conditions = design.conditions,
                                          .participants = seen.participants,
                                          .classifiers = {}},
                             .report = {},
                             .problems = shown.problems()};
    if (seen.leftOut > 0) {
        out.problems.push_back(ofTrials(seen.leftOut, seen.counted) +
                               " are left out: their stimulus could not be found");
    }
    if (seen.participants.empty()) {
        return out;
    }
    const auto spec = synthesisOf(header, options.references);
    const auto stored = storedDesign(header);
    const Recognition recognition(spec, *stored.recognition, shown, seen, options, progress, stop);
    NetworkNumbers numbers;
    for (const auto& model : models) {
        for (const auto& place : placesOf(model)) {
            try {
                auto one = recognition.classified(model, place);
                one.network = numbers.of(model.model);
                one.own = one.network == numbers.of(spec.model);
                out.networks.classifiers.push_back(std::move(one));
            } catch (const Cancelled&) {
                throw;
            } catch (const Error& problem) {
                out.problems.push_back(model.name +
                                       (place.layer.empty() ? "" : ", layer " + place.layer) +
                                       ": " + problem.what());
            }
        }
    }
    if (out.networks.classifiers.empty()) {
        return out;
    }
    const auto threads =
        options.compute.threads > 0 ? static_cast<unsigned>(options.compute.threads) : allCores();
    out.report = computeClassifierNumbers(out.networks, threads, [&](int done, int total) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        progress("Comparing networks with people: " + std::to_string(done) + " of " +
                     std::to_string(total),
                 static_cast<double>(done) / total);
    });
    return out;
}

} // namespace mlab::app
