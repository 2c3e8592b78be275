// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/formats.h"

#include <array>

namespace mlab::data {
namespace {

using Sql = std::string_view;

// A measurement that is merely strange is stored as it is, since it cannot be repeated; the checks
// refuse only what cannot be a trial at all.
constexpr std::array kFormat1 = {
    Sql(R"(CREATE TABLE sessions (
    session_id TEXT NOT NULL CHECK (typeof(session_id) = lower('TEXT')),
    participant TEXT NOT NULL CHECK (typeof(participant) = lower('TEXT')),
    design_name TEXT NOT NULL CHECK (typeof(design_name) = lower('TEXT')),
    number INTEGER NOT NULL CHECK (typeof(number) = lower('INTEGER')),
    design_sha256 TEXT NOT NULL CHECK (typeof(design_sha256) = lower('TEXT')),
    design_text TEXT NOT NULL CHECK (typeof(design_text) = lower('TEXT')),
    design_path TEXT NOT NULL CHECK (typeof(design_path) = lower('TEXT')),
    seed TEXT NOT NULL CHECK (typeof(seed) = lower('TEXT') AND seed <> '' AND seed NOT GLOB '*[^0-9]*'),
    modality TEXT NOT NULL CHECK (typeof(modality) = lower('TEXT')),
    model TEXT NOT NULL CHECK (typeof(model) = lower('TEXT')),
    model_sha256 TEXT NOT NULL CHECK (typeof(model_sha256) = lower('TEXT')),
    basis_sha256 TEXT NOT NULL CHECK (typeof(basis_sha256) = lower('TEXT')),
    references_json TEXT NOT NULL CHECK (typeof(references_json) = lower('TEXT')),
    synthesis_json TEXT NOT NULL CHECK (typeof(synthesis_json) = lower('TEXT')),
    display_json TEXT NOT NULL CHECK (typeof(display_json) = lower('TEXT')),
    observer_json TEXT NOT NULL CHECK (typeof(observer_json) = lower('TEXT')),
    software_version TEXT NOT NULL CHECK (typeof(software_version) = lower('TEXT')),
    started_at TEXT NOT NULL CHECK (typeof(started_at) = lower('TEXT')),
    PRIMARY KEY (session_id),
    UNIQUE (participant, design_name, number),
    CHECK (session_id <> '' AND number >= 1)
))"),
    Sql(R"(CREATE TABLE trials (
    participant TEXT NOT NULL CHECK (typeof(participant) = lower('TEXT')),
    session_id TEXT NOT NULL CHECK (typeof(session_id) = lower('TEXT')),
    design_name TEXT NOT NULL CHECK (typeof(design_name) = lower('TEXT')),
    design_sha256 TEXT NOT NULL CHECK (typeof(design_sha256) = lower('TEXT')),
    seed TEXT NOT NULL CHECK (typeof(seed) = lower('TEXT') AND seed <> '' AND seed NOT GLOB '*[^0-9]*'),
    trial_index INTEGER NOT NULL CHECK (typeof(trial_index) = lower('INTEGER')),
    block_index INTEGER NOT NULL CHECK (typeof(block_index) = lower('INTEGER')),
    practice INTEGER NOT NULL CHECK (typeof(practice) = lower('INTEGER') AND practice IN (0, 1)),
    dimension_id TEXT NOT NULL CHECK (typeof(dimension_id) = lower('TEXT')),
    modality TEXT NOT NULL CHECK (typeof(modality) = lower('TEXT')),
    model TEXT NOT NULL CHECK (typeof(model) = lower('TEXT')),
    layer TEXT NOT NULL CHECK (typeof(layer) = lower('TEXT')),
    component INTEGER NOT NULL CHECK (typeof(component) = lower('INTEGER')),
    direction TEXT NOT NULL CHECK (typeof(direction) = lower('TEXT') AND direction IN ('plus', 'minus')),
    eccentricity_deg REAL NOT NULL CHECK (typeof(eccentricity_deg) = lower('REAL')),
    procedure TEXT NOT NULL CHECK (typeof(procedure) = lower('TEXT')),
    level_requested REAL NOT NULL CHECK (typeof(level_requested) = lower('REAL')),
    level_achieved REAL NOT NULL CHECK (typeof(level_achieved) = lower('REAL')),
    residual_max REAL NOT NULL CHECK (typeof(residual_max) = lower('REAL')),
    converged INTEGER NOT NULL CHECK (typeof(converged) = lower('INTEGER') AND converged IN (0, 1)),
    reference_id TEXT NOT NULL CHECK (typeof(reference_id) = lower('TEXT')),
    reference_sha256 TEXT NOT NULL CHECK (typeof(reference_sha256) = lower('TEXT')),
    probe_sha256 TEXT NOT NULL CHECK (typeof(probe_sha256) = lower('TEXT')),
    interval_order TEXT NOT NULL CHECK (typeof(interval_order) = lower('TEXT')),
    correct_answer TEXT NOT NULL CHECK (typeof(correct_answer) = lower('TEXT')),
    response TEXT NOT NULL CHECK (typeof(response) = lower('TEXT')),
    correct INTEGER NOT NULL CHECK (typeof(correct) = lower('INTEGER') AND correct IN (0, 1)),
    rt_ms REAL NOT NULL CHECK (typeof(rt_ms) = lower('REAL')),
    onset1_ms REAL NOT NULL CHECK (typeof(onset1_ms) = lower('REAL')),
    onset2_ms REAL NOT NULL CHECK (typeof(onset2_ms) = lower('REAL')),
    onset3_ms REAL NOT NULL CHECK (typeof(onset3_ms) = lower('REAL')),
    dropped_frames INTEGER NOT NULL CHECK (typeof(dropped_frames) = lower('INTEGER')),
    generation_ms REAL NOT NULL CHECK (typeof(generation_ms) = lower('REAL')),
    cache_hit INTEGER NOT NULL CHECK (typeof(cache_hit) = lower('INTEGER') AND cache_hit IN (0, 1)),
    wait_ms REAL NOT NULL CHECK (typeof(wait_ms) = lower('REAL')),
    flags TEXT NOT NULL CHECK (typeof(flags) = lower('TEXT')),
    started_at TEXT NOT NULL CHECK (typeof(started_at) = lower('TEXT')),
    software_version TEXT NOT NULL CHECK (typeof(software_version) = lower('TEXT')),
    PRIMARY KEY (session_id, trial_index),
    FOREIGN KEY (session_id) REFERENCES sessions (session_id),
    CHECK (trial_index >= 0),
    CHECK (practice = (block_index < 0)),
    CHECK (correct = (response = correct_answer))
))"),
    Sql(R"(CREATE TABLE runs (
    run_id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (session_id),
    first_trial INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    software_version TEXT NOT NULL,
    display_json TEXT NOT NULL,
    host_name TEXT NOT NULL,
    system TEXT NOT NULL,
    process_id INTEGER NOT NULL
))"),
    Sql(R"(CREATE TABLE session_ends (
    session_id TEXT NOT NULL PRIMARY KEY REFERENCES sessions (session_id),
    finished_at TEXT NOT NULL CHECK (finished_at <> '')
))"),
    Sql(R"(CREATE TRIGGER trials_in_order BEFORE INSERT ON trials
WHEN NEW.trial_index <> (SELECT coalesce(max(trial_index) + 1, 0) FROM trials
                         WHERE session_id = NEW.session_id)
BEGIN SELECT RAISE(ABORT, 'the trial is not the next one of its session'); END)"),
    Sql(R"(CREATE TRIGGER trials_before_end BEFORE INSERT ON trials
WHEN EXISTS (SELECT 1 FROM session_ends WHERE session_id = NEW.session_id)
BEGIN SELECT RAISE(ABORT, 'the session has ended'); END)"),
    Sql(R"(CREATE TRIGGER sessions_no_UPDATE BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'rows of sessions are never changed or deleted'); END)"),
    Sql(R"(CREATE TRIGGER sessions_no_DELETE BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'rows of sessions are never changed or deleted'); END)"),
    Sql(R"(CREATE TRIGGER runs_no_UPDATE BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'rows of runs are never changed or deleted'); END)"),
    Sql(R"(CREATE TRIGGER runs_no_DELETE BEFORE DELETE ON runs BEGIN SELECT RAISE(ABORT, 'rows of runs are never changed or deleted'); END)"),
    Sql(R"(CREATE TRIGGER trials_no_UPDATE BEFORE UPDATE ON trials BEGIN SELECT RAISE(ABORT, 'rows of trials are never changed or deleted'); END)"),
    Sql(R"(CREATE TRIGGER trials_no_DELETE BEFORE DELETE ON trials BEGIN SELECT RAISE(ABORT, 'rows of trials are never changed or deleted'); END)"),
    Sql(R"(CREATE TRIGGER session_ends_no_UPDATE BEFORE UPDATE ON session_ends BEGIN SELECT RAISE(ABORT, 'rows of session_ends are never changed or deleted'); END)"),
    Sql(R"(CREATE TRIGGER session_ends_no_DELETE BEFORE DELETE ON session_ends BEGIN SELECT RAISE(ABORT, 'rows of session_ends are never changed or deleted'); END)"),
};

// Each run notes what generated its probes. Earlier runs have the empty text: it is not known.
constexpr std::array kFormat2 = {
    Sql(R"(ALTER TABLE runs ADD COLUMN compute_json TEXT NOT NULL DEFAULT '')"),
};

// Trials with two intervals have no third onset. SQLite cannot remove NOT NULL from a column, so
// the table is created again and its rows are copied.
constexpr std::array kFormat3 = {
    Sql(R"(CREATE TABLE trials_3 (
    participant TEXT NOT NULL CHECK (typeof(participant) = (lower('TEXT'))),
    session_id TEXT NOT NULL CHECK (typeof(session_id) = (lower('TEXT'))),
    design_name TEXT NOT NULL CHECK (typeof(design_name) = (lower('TEXT'))),
    design_sha256 TEXT NOT NULL CHECK (typeof(design_sha256) = (lower('TEXT'))),
    seed TEXT NOT NULL CHECK (typeof(seed) = (lower('TEXT')) AND seed <> '' AND seed NOT GLOB '*[^0-9]*'),
    trial_index INTEGER NOT NULL CHECK (typeof(trial_index) = (lower('INTEGER'))),
    block_index INTEGER NOT NULL CHECK (typeof(block_index) = (lower('INTEGER'))),
    practice INTEGER NOT NULL CHECK (typeof(practice) = (lower('INTEGER')) AND practice IN (0, 1)),
    dimension_id TEXT NOT NULL CHECK (typeof(dimension_id) = (lower('TEXT'))),
    modality TEXT NOT NULL CHECK (typeof(modality) = (lower('TEXT'))),
    model TEXT NOT NULL CHECK (typeof(model) = (lower('TEXT'))),
    layer TEXT NOT NULL CHECK (typeof(layer) = (lower('TEXT'))),
    component INTEGER NOT NULL CHECK (typeof(component) = (lower('INTEGER'))),
    direction TEXT NOT NULL CHECK (typeof(direction) = (lower('TEXT')) AND direction IN ('plus', 'minus')),
    eccentricity_deg REAL NOT NULL CHECK (typeof(eccentricity_deg) = (lower('REAL'))),
    procedure TEXT NOT NULL CHECK (typeof(procedure) = (lower('TEXT'))),
    level_requested REAL NOT NULL CHECK (typeof(level_requested) = (lower('REAL'))),
    level_achieved REAL NOT NULL CHECK (typeof(level_achieved) = (lower('REAL'))),
    residual_max REAL NOT NULL CHECK (typeof(residual_max) = (lower('REAL'))),
    converged INTEGER NOT NULL CHECK (typeof(converged) = (lower('INTEGER')) AND converged IN (0, 1)),
    reference_id TEXT NOT NULL CHECK (typeof(reference_id) = (lower('TEXT'))),
    reference_sha256 TEXT NOT NULL CHECK (typeof(reference_sha256) = (lower('TEXT'))),
    probe_sha256 TEXT NOT NULL CHECK (typeof(probe_sha256) = (lower('TEXT'))),
    interval_order TEXT NOT NULL CHECK (typeof(interval_order) = (lower('TEXT'))),
    correct_answer TEXT NOT NULL CHECK (typeof(correct_answer) = (lower('TEXT'))),
    response TEXT NOT NULL CHECK (typeof(response) = (lower('TEXT'))),
    correct INTEGER NOT NULL CHECK (typeof(correct) = (lower('INTEGER')) AND correct IN (0, 1)),
    rt_ms REAL NOT NULL CHECK (typeof(rt_ms) = (lower('REAL'))),
    onset1_ms REAL CHECK (typeof(onset1_ms) IN ('null', lower('REAL'))),
    onset2_ms REAL CHECK (typeof(onset2_ms) IN ('null', lower('REAL'))),
    onset3_ms REAL CHECK (typeof(onset3_ms) IN ('null', lower('REAL'))),
    dropped_frames INTEGER NOT NULL CHECK (typeof(dropped_frames) = (lower('INTEGER'))),
    generation_ms REAL NOT NULL CHECK (typeof(generation_ms) = (lower('REAL'))),
    cache_hit INTEGER NOT NULL CHECK (typeof(cache_hit) = (lower('INTEGER')) AND cache_hit IN (0, 1)),
    wait_ms REAL NOT NULL CHECK (typeof(wait_ms) = (lower('REAL'))),
    flags TEXT NOT NULL CHECK (typeof(flags) = (lower('TEXT'))),
    started_at TEXT NOT NULL CHECK (typeof(started_at) = (lower('TEXT'))),
    software_version TEXT NOT NULL CHECK (typeof(software_version) = (lower('TEXT'))),
    PRIMARY KEY (session_id, trial_index),
    FOREIGN KEY (session_id) REFERENCES sessions (session_id),
    CHECK (trial_index >= 0),
    CHECK (practice = (block_index < 0)),
    CHECK (correct = (response = correct_answer)),
    CHECK (onset1_ms IS NOT NULL AND onset2_ms IS NOT NULL)
))"),
    Sql(R"(INSERT INTO trials_3 (
    participant, session_id, design_name, design_sha256, seed, trial_index, block_index,
    practice, dimension_id, modality, model, layer, component, direction, eccentricity_deg,
    procedure, level_requested, level_achieved, residual_max, converged, reference_id,
    reference_sha256, probe_sha256, interval_order, correct_answer, response, correct,
    rt_ms, onset1_ms, onset2_ms, onset3_ms, dropped_frames, generation_ms, cache_hit,
    wait_ms, flags, started_at, software_version)
SELECT
    participant, session_id, design_name, design_sha256, seed, trial_index, block_index,
    practice, dimension_id, modality, model, layer, component, direction, eccentricity_deg,
    procedure, level_requested, level_achieved, residual_max, converged, reference_id,
    reference_sha256, probe_sha256, interval_order, correct_answer, response, correct,
    rt_ms, onset1_ms, onset2_ms, onset3_ms, dropped_frames, generation_ms, cache_hit,
    wait_ms, flags, started_at, software_version
FROM trials)"),
    Sql(R"(DROP TABLE trials)"),
    Sql(R"(ALTER TABLE trials_3 RENAME TO trials)"),
    Sql(R"(CREATE TRIGGER trials_in_order BEFORE INSERT ON trials
WHEN NEW.trial_index <> (SELECT coalesce(max(trial_index) + 1, 0) FROM trials
                         WHERE session_id = NEW.session_id)
BEGIN SELECT RAISE(ABORT, 'the trial is not the next one of its session'); END)"),
    Sql(R"(CREATE TRIGGER trials_before_end BEFORE INSERT ON trials
WHEN EXISTS (SELECT 1 FROM session_ends WHERE session_id = NEW.session_id)
BEGIN SELECT RAISE(ABORT, 'the session has ended'); END)"),
    Sql(R"(CREATE TRIGGER trials_no_UPDATE BEFORE UPDATE ON trials BEGIN SELECT RAISE(ABORT, 'rows of trials are never changed or deleted'); END)"),
    Sql(R"(CREATE TRIGGER trials_no_DELETE BEFORE DELETE ON trials BEGIN SELECT RAISE(ABORT, 'rows of trials are never changed or deleted'); END)"),
};

// Each run notes its sound device. Earlier runs have the empty text: they played no sounds.
constexpr std::array kFormat4 = {
    Sql(R"(ALTER TABLE runs ADD COLUMN sound_json TEXT NOT NULL DEFAULT '')"),
};

// Recognition trials have a table of their own, since their columns differ. Each run notes its end;
// a run that was killed, or that took place before format 5, has none.
constexpr std::array kFormat5 = {
    Sql(R"(CREATE TABLE recognition_trials (
    participant TEXT NOT NULL CHECK (typeof(participant) = (lower('TEXT'))),
    session_id TEXT NOT NULL CHECK (typeof(session_id) = (lower('TEXT'))),
    design_name TEXT NOT NULL CHECK (typeof(design_name) = (lower('TEXT'))),
    design_sha256 TEXT NOT NULL CHECK (typeof(design_sha256) = (lower('TEXT'))),
    seed TEXT NOT NULL CHECK (typeof(seed) = (lower('TEXT')) AND seed <> '' AND seed NOT GLOB '*[^0-9]*'),
    trial_index INTEGER NOT NULL CHECK (typeof(trial_index) = (lower('INTEGER'))),
    block_index INTEGER NOT NULL CHECK (typeof(block_index) = (lower('INTEGER'))),
    practice INTEGER NOT NULL CHECK (typeof(practice) = (lower('INTEGER')) AND practice IN (0, 1)),
    catch_trial INTEGER NOT NULL CHECK (typeof(catch_trial) = (lower('INTEGER')) AND catch_trial IN (0, 1)),
    modality TEXT NOT NULL CHECK (typeof(modality) = (lower('TEXT'))),
    model TEXT NOT NULL CHECK (typeof(model) = (lower('TEXT'))),
    condition TEXT NOT NULL CHECK (typeof(condition) = (lower('TEXT'))),
    reference_id TEXT NOT NULL CHECK (typeof(reference_id) = (lower('TEXT'))),
    reference_sha256 TEXT NOT NULL CHECK (typeof(reference_sha256) = (lower('TEXT'))),
    stimulus_sha256 TEXT NOT NULL CHECK (typeof(stimulus_sha256) = (lower('TEXT'))),
    match_spearman REAL CHECK (typeof(match_spearman) IN ('null', lower('REAL'))),
    match_snr_db REAL CHECK (typeof(match_snr_db) IN ('null', lower('REAL'))),
    category TEXT NOT NULL CHECK (typeof(category) = (lower('TEXT'))),
    response TEXT NOT NULL CHECK (typeof(response) = (lower('TEXT'))),
    correct INTEGER NOT NULL CHECK (typeof(correct) = (lower('INTEGER')) AND correct IN (0, 1)),
    rt_ms REAL NOT NULL CHECK (typeof(rt_ms) = (lower('REAL'))),
    onset_ms REAL NOT NULL CHECK (typeof(onset_ms) = (lower('REAL'))),
    dropped_frames INTEGER NOT NULL CHECK (typeof(dropped_frames) = (lower('INTEGER'))),
    flags TEXT NOT NULL CHECK (typeof(flags) = (lower('TEXT'))),
    started_at TEXT NOT NULL CHECK (typeof(started_at) = (lower('TEXT'))),
    software_version TEXT NOT NULL CHECK (typeof(software_version) = (lower('TEXT'))),
    PRIMARY KEY (session_id, trial_index),
    FOREIGN KEY (session_id) REFERENCES sessions (session_id),
    CHECK (trial_index >= 0),
    CHECK (practice = (block_index < 0)),
    CHECK (correct = (response = category)),
    CHECK (condition <> 'natural' OR match_snr_db IS NULL),
    CHECK ((condition = 'natural') = (match_spearman IS NULL))
))"),
    Sql(R"(CREATE TABLE run_ends (
    run_id INTEGER NOT NULL PRIMARY KEY REFERENCES runs (run_id),
    ended_at TEXT NOT NULL CHECK (ended_at <> ''),
    sound_json TEXT NOT NULL
))"),
    Sql(R"(CREATE TRIGGER recognition_trials_in_order BEFORE INSERT ON recognition_trials
WHEN NEW.trial_index <> (SELECT coalesce(max(trial_index) + 1, 0) FROM recognition_trials
                         WHERE session_id = NEW.session_id)
BEGIN SELECT RAISE(ABORT, 'the trial is not the next one of its session'); END)"),
    Sql(R"(CREATE TRIGGER recognition_trials_before_end BEFORE INSERT ON recognition_trials
WHEN EXISTS (SELECT 1 FROM session_ends WHERE session_id = NEW.session_id)
BEGIN SELECT RAISE(ABORT, 'the session has ended'); END)"),
    Sql(R"(CREATE TRIGGER recognition_trials_no_UPDATE BEFORE UPDATE ON recognition_trials BEGIN SELECT RAISE(ABORT, 'rows of recognition_trials are never changed or deleted'); END)"),
    Sql(R"(CREATE TRIGGER recognition_trials_no_DELETE BEFORE DELETE ON recognition_trials BEGIN SELECT RAISE(ABORT, 'rows of recognition_trials are never changed or deleted'); END)"),
    Sql(R"(CREATE TRIGGER run_ends_no_UPDATE BEFORE UPDATE ON run_ends BEGIN SELECT RAISE(ABORT, 'rows of run_ends are never changed or deleted'); END)"),
    Sql(R"(CREATE TRIGGER run_ends_no_DELETE BEFORE DELETE ON run_ends BEGIN SELECT RAISE(ABORT, 'rows of run_ends are never changed or deleted'); END)"),
};

// Each row has a hash, which is made by prepareSchema() for the rows that a file has already.
constexpr std::array kFormat6 = {
    Sql(R"(CREATE TABLE row_hashes (
    entry INTEGER PRIMARY KEY,
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    session_id TEXT NOT NULL,
    trial_index INTEGER,
    columns INTEGER NOT NULL,
    hash TEXT NOT NULL
))"),
    Sql(R"(CREATE TRIGGER row_hashes_no_UPDATE BEFORE UPDATE ON row_hashes BEGIN SELECT RAISE(ABORT, 'rows of row_hashes are never changed or deleted'); END)"),
    Sql(R"(CREATE TRIGGER row_hashes_no_DELETE BEFORE DELETE ON row_hashes BEGIN SELECT RAISE(ABORT, 'rows of row_hashes are never changed or deleted'); END)"),
};

// Trials may compare whole metamers. Earlier ones compared probes.
constexpr std::array kFormat7 = {
    Sql(R"(ALTER TABLE trials ADD COLUMN metamer_condition TEXT NOT NULL DEFAULT '' CHECK (typeof(metamer_condition) = lower('TEXT')))"),
    Sql(R"(ALTER TABLE trials ADD COLUMN metamers_json TEXT NOT NULL DEFAULT '' CHECK (typeof(metamers_json) = lower('TEXT')))"),
};

// Trials may move a reference along a distortion. Earlier ones moved it along a component.
constexpr std::array kFormat8 = {
    Sql(R"(ALTER TABLE trials ADD COLUMN distortion TEXT NOT NULL DEFAULT '' CHECK (typeof(distortion) = lower('TEXT')))"),
};

// Trials may show a graph and the same graph rewired.
constexpr std::array kFormat9 = {
    Sql(R"(ALTER TABLE trials ADD COLUMN rewiring TEXT NOT NULL DEFAULT '' CHECK (typeof(rewiring) = lower('TEXT')))"),
};

constexpr std::array<std::span<const Sql>, 9> kFormats = {
    kFormat1, kFormat2, kFormat3, kFormat4, kFormat5, kFormat6, kFormat7, kFormat8, kFormat9};

} // namespace

std::span<const std::span<const std::string_view>> formats()
{
    return kFormats;
}

} // namespace mlab::data
