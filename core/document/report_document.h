// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network_report/classifier_report.h"
#include "core/network_report/network_report.h"
#include "core/page/report_table.h"
#include "core/report/metamer_report.h"
#include "core/report/recognition_report.h"
#include "core/report/threshold_report.h"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace mlab {

/// A stimulus as a page embeds it.
struct ReportMedia {
    std::string type;  ///< "image/png", "audio/wav"
    std::string bytes; ///< of such a file
};

/// The reports on the designs of a trial store.
struct StudyReport {
    std::vector<ThresholdReport> thresholds;
    std::vector<RecognitionReport> recognition;
    std::vector<MetamerReport> metamers = {};
    std::vector<DesignComparison> comparisons = {};     ///< of networks with people
    std::vector<ClassifierComparison> classifiers = {}; ///< the same of recognition
    /// The stimuli of MetamerReport::confusedPairs() that were found, by their SHA-256.
    std::map<std::string, ReportMedia> media = {};
};

/// All numbers of the report, for other programs: one table for each file. An absent value is an
/// empty text; a number is the shortest text that reads back as the same number.
std::vector<ReportTable> reportTables(const StudyReport& study);

/// What a figure shows.
enum class FigureKind {
    groupThresholds,     ///< thresholds of the group, side by side
    groupRadar,          ///< the same round a circle
    layers,              ///< thresholds by layer
    measures,            ///< thresholds against simple measures of the stimuli
    thresholds,          ///< thresholds of a participant, side by side
    tracks,              ///< levels of a participant's trials
    fits,                ///< psychometric functions of a participant
    accuracy,            ///< recognition of the group by condition
    participantAccuracy, ///< recognition of a participant by condition
    metamers,            ///< accuracy of the group by condition of whole metamers
    participantMetamers, ///< the same of a participant
    metamerCurves,       ///< psychometric functions of a participant over the match
    modelThresholds,     ///< thresholds of people against those of each layer; of whole metamers d'
    modelRadar,          ///< thresholds of people and of networks round a circle
    modelFunctions,      ///< psychometric functions of people and of networks
    classifiers,         ///< recognition of people and of networks by condition
    otherNetworks        ///< recognition of people against that of the other networks
};

struct ReportFigure {
    FigureKind kind = FigureKind::layers;
    std::size_t design = 0;      ///< into the reports of this kind, or the comparisons
    std::size_t participant = 0; ///< into that report's participants
    std::string name;            ///< of its files, without an extension; each has another
    std::string caption;
};

/// Two stimuli, to be shown or played side by side.
struct ReportPair {
    std::string caption;
    std::string referenceSha256;
    std::string probeSha256;
};

/// A part of the report as people read it.
struct ReportSection {
    std::string title;
    bool isDesign = false;   ///< starts the report of a design
    std::string participant; ///< the ID, for the section of one
    std::vector<std::string> paragraphs;
    std::vector<ReportFigure> figures;
    std::vector<ReportTable> tables; ///< rounded; `name` is the heading
    std::vector<ReportPair> pairs = {};
};

/// The report as people read it, the same on the page and in the window.
std::vector<ReportSection> reportDocument(const StudyReport& study);

/// The sections of more participants would make the page too large: each has about 0.13 MB.
inline constexpr std::size_t kMostParticipantSections = 200;

/// Leaves only the sections of these participants, or without any, of all participants, but none in
/// a design with more than kMostParticipantSections; the design's first section then says so.
/// @throws InvalidArgument for an ID that no section is about
void selectParticipants(std::vector<ReportSection>& document, std::span<const std::string> ids);

} // namespace mlab
