PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE sessions (
    session_id TEXT NOT NULL CHECK (typeof(session_id) = (lower('TEXT'))),
    participant TEXT NOT NULL CHECK (typeof(participant) = (lower('TEXT'))),
    design_name TEXT NOT NULL CHECK (typeof(design_name) = (lower('TEXT'))),
    number INTEGER NOT NULL CHECK (typeof(number) = (lower('INTEGER'))),
    design_sha256 TEXT NOT NULL CHECK (typeof(design_sha256) = (lower('TEXT'))),
    design_text TEXT NOT NULL CHECK (typeof(design_text) = (lower('TEXT'))),
    design_path TEXT NOT NULL CHECK (typeof(design_path) = (lower('TEXT'))),
    seed TEXT NOT NULL CHECK (typeof(seed) = (lower('TEXT')) AND seed <> '' AND seed NOT GLOB '*[^0-9]*'),
    modality TEXT NOT NULL CHECK (typeof(modality) = (lower('TEXT'))),
    model TEXT NOT NULL CHECK (typeof(model) = (lower('TEXT'))),
    model_sha256 TEXT NOT NULL CHECK (typeof(model_sha256) = (lower('TEXT'))),
    basis_sha256 TEXT NOT NULL CHECK (typeof(basis_sha256) = (lower('TEXT'))),
    references_json TEXT NOT NULL CHECK (typeof(references_json) = (lower('TEXT'))),
    synthesis_json TEXT NOT NULL CHECK (typeof(synthesis_json) = (lower('TEXT'))),
    display_json TEXT NOT NULL CHECK (typeof(display_json) = (lower('TEXT'))),
    observer_json TEXT NOT NULL CHECK (typeof(observer_json) = (lower('TEXT'))),
    software_version TEXT NOT NULL CHECK (typeof(software_version) = (lower('TEXT'))),
    started_at TEXT NOT NULL CHECK (typeof(started_at) = (lower('TEXT'))),
    PRIMARY KEY (session_id),
    UNIQUE (participant, design_name, number),
    CHECK (session_id <> '' AND number >= 1)
);
INSERT INTO sessions VALUES('P1-old-sound-1','P1','old-sound',1,'8dc1584fa6f52a09c0c445bc500b359c5c7482139f757daf036cd0d341c9dc8b',replace('{\n  "schema_version": 1,\n  "name": "old-sound",\n  "modality": "audio",\n  "model": {"builtin": "cochlea-modulation"},\n  "sound": {"sample_rate_hz": 20000, "duration_ms": 300, "bits": 16},\n  "references": {"builtin": {"count": 4, "seed": 7}},\n  "references_per_trial": 2,\n  "basis": {"components": 2, "pool": {"builtin": {"count": 30, "seed": 1}}},\n  "dimensions": [\n    {"layer": "cochleagram", "components": [1], "directions": ["plus", "minus"]}\n  ],\n  "procedure": {"type": "staircase", "start_level": 0.6,\n                "stop": {"reversals": 4, "trials": 5, "when": "any"}, "threshold_reversals": 2},\n  "timing": {"fixation_ms": 100, "gap_ms": 50, "before_answer_ms": 50},\n  "practice": {"trials": 2, "level": 1.0, "feedback": false},\n  "headphone_check": "antiphase"\n}\n','\n',char(10)),'/home/lab/sound.json','42','audio','cochlea-modulation','5244351b48afe878b395f73abd3289456f1eafe9449a56a01644f8226fde5b5b','bc9c1745f44c03486031e0cbc0614b3ae4594eae736764f5fbfbe7c8d21e0180','[{"id":"rain-01","sha256":"516ab9be784ab23e8aae12d1fc8dbb199e66e442432bf12cf04c045bdf610179"},{"id":"fire-01","sha256":"d56b2e61117052189a8b0ff4dbaa24f8a49f13f04781006b7de3455ff477431d"},{"id":"crickets-01","sha256":"5d12bac86d1a83b86cb90fd46640a46bf378fa46606ae08ea487ce6791b64bdf"},{"id":"stream-01","sha256":"c3dfc8ae5f07189edc99ee80ef1177df497122c107fb056f35cbb7e5458e5bde"}]','{"model":"cochlea-modulation","references":{"folder":"","count":4,"seed":7},"references_within_percentile":null,"basis":{"method":"pca","components":2,"candidates":100,"seed":1,"select":[],"pool":{"folder":"","count":30,"seed":1}},"solver":{"type":"minimum-norm","tolerance_sd":0.01},"sound":{"sample_rate_hz":20000,"duration_ms":300.0,"bits":16}}','{"frame_period_ms":16.666666666666668,"kind":"none","pace":"fast","pacing":"ideal","qt_version":"6.4.2","simulated":true}',replace('{"type": "psychometric", "threshold_sd": 0.3, "slope": 3.5, "lapse": 0.02, "criterion": 1.2, "rt_ms": {"median": 400, "sigma": 0.2}, "seed": 11}\n','\n',char(10)),'0.1.0','2026-11-29T00:39:51.919Z');
CREATE TABLE runs (
    run_id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (session_id),
    first_trial INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    software_version TEXT NOT NULL,
    display_json TEXT NOT NULL,
    host_name TEXT NOT NULL,
    system TEXT NOT NULL,
    process_id INTEGER NOT NULL
, compute_json TEXT NOT NULL DEFAULT '', sound_json TEXT NOT NULL DEFAULT '');
INSERT INTO runs VALUES(1,'P1-old-sound-1',0,'2026-11-29T00:39:51.930Z','0.1.0','{"frame_period_ms":16.666666666666668,"kind":"none","pace":"fast","pacing":"ideal","qt_version":"6.4.2","simulated":true}','station-1','Debian GNU/Linux 12 (bookworm), linux 6.1.0-28-amd64, x86_64',4711,'{"device":"cpu","threads":1,"half_precision":false}','');
CREATE TABLE session_ends (
    session_id TEXT NOT NULL PRIMARY KEY REFERENCES sessions (session_id),
    finished_at TEXT NOT NULL CHECK (finished_at <> '')
);
CREATE TABLE IF NOT EXISTS "trials" (
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
);
INSERT INTO trials VALUES('P1','P1-old-sound-1','old-sound','8dc1584fa6f52a09c0c445bc500b359c5c7482139f757daf036cd0d341c9dc8b','42',0,-1,1,'cochleagram/1/plus/0','audio','cochlea-modulation','cochleagram',1,'plus',0.0,'practice',1.0,0.999658761093241921,0.0017472831750908746073,1,'stream-01','c3dfc8ae5f07189edc99ee80ef1177df497122c107fb056f35cbb7e5458e5bde','6a0a1e2b5f8428feb25a6ff1c6478fdf71f880577486859d49a37a0c797d213a','RPR','first','first',1,406.55031633383737245,100.0,450.0,800.0,0,219.97758099999998649,0,0.0,'','2026-11-29T00:39:52.194Z','0.1.0');
INSERT INTO trials VALUES('P1','P1-old-sound-1','old-sound','8dc1584fa6f52a09c0c445bc500b359c5c7482139f757daf036cd0d341c9dc8b','42',1,-1,1,'cochleagram/1/minus/0','audio','cochlea-modulation','cochleagram',1,'minus',0.0,'practice',1.0,0.99949786415672114969,0.0022018857516986622968,1,'rain-01','516ab9be784ab23e8aae12d1fc8dbb199e66e442432bf12cf04c045bdf610179','b226d8bd069f901b91f649db4f7b643713362f53bb2012d5347fa7e729c25da7','RPP','second','second',1,322.85737603912963323,100.0,450.0,800.0,0,631.21630900000002383,0,617.60076799988746641,'','2026-11-29T00:39:52.814Z','0.1.0');
INSERT INTO trials VALUES('P1','P1-old-sound-1','old-sound','8dc1584fa6f52a09c0c445bc500b359c5c7482139f757daf036cd0d341c9dc8b','42',2,0,0,'cochleagram/1/plus/0','audio','cochlea-modulation','cochleagram',1,'plus',0.0,'staircase-2down-1up',0.59999999999999997779,0.60001743166060128586,1.7431660601308074376e-05,1,'stream-01','c3dfc8ae5f07189edc99ee80ef1177df497122c107fb056f35cbb7e5458e5bde','b0d334b93c6268057d0db7e6ce03a898e8cc637070a41c55dded28ccc0fe429e','PRP','first','first',1,507.59607651031171827,100.0,450.0,800.0,0,259.8188989999999876,0,251.56023899978026748,'','2026-11-29T00:39:53.070Z','0.1.0');
INSERT INTO trials VALUES('P1','P1-old-sound-1','old-sound','8dc1584fa6f52a09c0c445bc500b359c5c7482139f757daf036cd0d341c9dc8b','42',3,0,0,'cochleagram/1/minus/0','audio','cochlea-modulation','cochleagram',1,'minus',0.0,'staircase-2down-1up',0.59999999999999997779,0.59990490854286893096,0.0012702435784307519739,1,'rain-01','516ab9be784ab23e8aae12d1fc8dbb199e66e442432bf12cf04c045bdf610179','1c552bdc7e4c1949b7203844d8c75250e187dd5112748d292c29e48960f85d67','PRR','second','second',1,525.96326860176873196,100.0,450.0,800.0,0,355.92446599999999533,0,348.00592799996957183,'','2026-11-29T00:39:53.426Z','0.1.0');
INSERT INTO trials VALUES('P1','P1-old-sound-1','old-sound','8dc1584fa6f52a09c0c445bc500b359c5c7482139f757daf036cd0d341c9dc8b','42',4,1,0,'cochleagram/1/plus/0','audio','cochlea-modulation','cochleagram',1,'plus',0.0,'staircase-2down-1up',0.59999999999999997779,0.60000011176912337873,8.8305081171746735435e-06,1,'rain-01','516ab9be784ab23e8aae12d1fc8dbb199e66e442432bf12cf04c045bdf610179','949b22ac35613bfddac45501a766b0a607b61352505a447c3f0709a31de19ddd','RPR','first','first',1,374.02870874408984036,100.0,450.0,800.0,0,308.56036000000000285,0,300.63019100017845631,'','2026-11-29T00:39:53.736Z','0.1.0');
CREATE TABLE recognition_trials (
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
);
CREATE TABLE run_ends (
    run_id INTEGER NOT NULL PRIMARY KEY REFERENCES runs (run_id),
    ended_at TEXT NOT NULL CHECK (ended_at <> ''),
    sound_json TEXT NOT NULL
);
CREATE TRIGGER sessions_no_UPDATE BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'rows of sessions are never changed or deleted'); END;
CREATE TRIGGER sessions_no_DELETE BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'rows of sessions are never changed or deleted'); END;
CREATE TRIGGER runs_no_UPDATE BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'rows of runs are never changed or deleted'); END;
CREATE TRIGGER runs_no_DELETE BEFORE DELETE ON runs BEGIN SELECT RAISE(ABORT, 'rows of runs are never changed or deleted'); END;
CREATE TRIGGER session_ends_no_UPDATE BEFORE UPDATE ON session_ends BEGIN SELECT RAISE(ABORT, 'rows of session_ends are never changed or deleted'); END;
CREATE TRIGGER session_ends_no_DELETE BEFORE DELETE ON session_ends BEGIN SELECT RAISE(ABORT, 'rows of session_ends are never changed or deleted'); END;
CREATE TRIGGER trials_in_order BEFORE INSERT ON trials
WHEN NEW.trial_index <> (SELECT coalesce(max(trial_index) + 1, 0) FROM trials
                         WHERE session_id = NEW.session_id)
BEGIN SELECT RAISE(ABORT, 'the trial is not the next one of its session'); END;
CREATE TRIGGER trials_before_end BEFORE INSERT ON trials
WHEN EXISTS (SELECT 1 FROM session_ends WHERE session_id = NEW.session_id)
BEGIN SELECT RAISE(ABORT, 'the session has ended'); END;
CREATE TRIGGER trials_no_UPDATE BEFORE UPDATE ON trials BEGIN SELECT RAISE(ABORT, 'rows of trials are never changed or deleted'); END;
CREATE TRIGGER trials_no_DELETE BEFORE DELETE ON trials BEGIN SELECT RAISE(ABORT, 'rows of trials are never changed or deleted'); END;
CREATE TRIGGER recognition_trials_in_order BEFORE INSERT ON recognition_trials
WHEN NEW.trial_index <> (SELECT coalesce(max(trial_index) + 1, 0) FROM recognition_trials
                         WHERE session_id = NEW.session_id)
BEGIN SELECT RAISE(ABORT, 'the trial is not the next one of its session'); END;
CREATE TRIGGER recognition_trials_before_end BEFORE INSERT ON recognition_trials
WHEN EXISTS (SELECT 1 FROM session_ends WHERE session_id = NEW.session_id)
BEGIN SELECT RAISE(ABORT, 'the session has ended'); END;
CREATE TRIGGER recognition_trials_no_UPDATE BEFORE UPDATE ON recognition_trials BEGIN SELECT RAISE(ABORT, 'rows of recognition_trials are never changed or deleted'); END;
CREATE TRIGGER recognition_trials_no_DELETE BEFORE DELETE ON recognition_trials BEGIN SELECT RAISE(ABORT, 'rows of recognition_trials are never changed or deleted'); END;
CREATE TRIGGER run_ends_no_UPDATE BEFORE UPDATE ON run_ends BEGIN SELECT RAISE(ABORT, 'rows of run_ends are never changed or deleted'); END;
CREATE TRIGGER run_ends_no_DELETE BEFORE DELETE ON run_ends BEGIN SELECT RAISE(ABORT, 'rows of run_ends are never changed or deleted'); END;
PRAGMA application_id = 1296851298;
PRAGMA user_version = 5;
COMMIT;
