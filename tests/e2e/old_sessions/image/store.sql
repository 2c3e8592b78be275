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
INSERT INTO sessions VALUES('P1-old-image-1','P1','old-image',1,'1409fad6c524f6fd9205b18591475e06463a8bd2f6fbd31064ee6a8845b902f4',replace('{\n  "schema_version": 1,\n  "name": "old-image",\n  "image_size_px": 64,\n  "references": {"builtin": {"count": 4, "seed": 7}},\n  "references_per_trial": 2,\n  "basis": {"components": 2, "pool": {"builtin": {"count": 30, "seed": 1}}},\n  "dimensions": [\n    {"layer": "band", "components": [1, 2], "directions": ["plus", "minus"], "eccentricities_deg": [4]}\n  ],\n  "procedure": {"type": "staircase", "start_level": 0.6,\n                "stop": {"reversals": 4, "trials": 6, "when": "any"}, "threshold_reversals": 2},\n  "practice": {"trials": 2, "level": 1.0, "feedback": true},\n  "breaks": {"every_trials": 20}\n}\n','\n',char(10)),'/home/lab/image.json','42','image','gabor-scattering','53744bead5e7b38586785d4c802646f246b163e17bb0b5d383f8ad2eed49f2ea','0c778e79a3a422cd567760454752147edc641373d0175c4e153d1b7259f12b31','[{"id":"dead-leaves-01","sha256":"8990792905102616d0d836f14c55832f5ffd427df97ad026c05a009814e44f24"},{"id":"pink-noise-02","sha256":"18cbdc0b9a65ffd9fbd7a5cc39e434ac5bbcb8e996375981448bab9b59f771f4"},{"id":"grain-03","sha256":"da4154ceedad7176474154dbe33d9871366ee84b42838b74cbe4714be8c1cf61"},{"id":"stones-04","sha256":"624205c3144e0a575481f21a41520ff9f54df5002a995c9598bc8f5394e88177"}]','{"model":"gabor-scattering","references":{"folder":"","count":4,"seed":7},"references_within_percentile":null,"basis":{"method":"pca","components":2,"candidates":100,"seed":1,"select":[],"pool":{"folder":"","count":30,"seed":1}},"solver":{"type":"minimum-norm","tolerance_sd":0.01},"image_size_px":64}','{"frame_period_ms":16.666666666666668,"kind":"none","pace":"fast","pacing":"ideal","qt_version":"6.4.2","simulated":true}',replace('{"type": "psychometric", "threshold_sd": 0.3, "slope": 3.5, "lapse": 0.02, "criterion": 1.2, "rt_ms": {"median": 400, "sigma": 0.2}, "seed": 11}\n','\n',char(10)),'0.1.0','2026-11-29T00:40:29.098Z');
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
INSERT INTO runs VALUES(1,'P1-old-image-1',0,'2026-11-29T00:40:29.111Z','0.1.0','{"frame_period_ms":16.666666666666668,"kind":"none","pace":"fast","pacing":"ideal","qt_version":"6.4.2","simulated":true}','station-1','Debian GNU/Linux 12 (bookworm), linux 6.1.0-28-amd64, x86_64',4711,'{"device":"cpu","threads":1,"half_precision":false}','');
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
INSERT INTO trials VALUES('P1','P1-old-image-1','old-image','1409fad6c524f6fd9205b18591475e06463a8bd2f6fbd31064ee6a8845b902f4','42',0,-1,1,'band/1/plus/4','image','gabor-scattering','band',1,'plus',4.0,'practice',1.0,1.0000678383104648627,6.7838310465084816769e-05,1,'stones-04','624205c3144e0a575481f21a41520ff9f54df5002a995c9598bc8f5394e88177','0853fad1ed22797a560c1ba48e38917430c6545332dcdef53c52abef8d0446d5','RPR','first','first',1,406.55031633383737245,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,487.43947600000001331,0,0.0,'','2026-11-29T00:40:29.631Z','0.1.0');
INSERT INTO trials VALUES('P1','P1-old-image-1','old-image','1409fad6c524f6fd9205b18591475e06463a8bd2f6fbd31064ee6a8845b902f4','42',1,-1,1,'band/2/plus/4','image','gabor-scattering','band',2,'plus',4.0,'practice',1.0,1.0000695876085261559,6.9587608526155975141e-05,1,'dead-leaves-01','8990792905102616d0d836f14c55832f5ffd427df97ad026c05a009814e44f24','eaaf1361b30ccf1948b112874449e2d2c4eccfffa628807b2e4050c6eb9d4588','RPP','second','second',1,322.85737603912963323,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,145.53412700000001223,0,124.60743500012904405,'','2026-11-29T00:40:29.764Z','0.1.0');
INSERT INTO trials VALUES('P1','P1-old-image-1','old-image','1409fad6c524f6fd9205b18591475e06463a8bd2f6fbd31064ee6a8845b902f4','42',2,0,0,'band/1/minus/4','image','gabor-scattering','band',1,'minus',4.0,'staircase-2down-1up',0.59999999999999997779,0.31858908503834537651,0.28141091496165460128,0,'pink-noise-02','18cbdc0b9a65ffd9fbd7a5cc39e434ac5bbcb8e996375981448bab9b59f771f4','f80b20cee83e54c1ea8d315a78a08e8b474dba0afd2020108505fde17eee0e9d','RPP','second','first',0,507.59607651031171827,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,1623.2596089999999549,0,1621.5273820003494619,'at_limit','2026-11-29T00:40:31.387Z','0.1.0');
INSERT INTO trials VALUES('P1','P1-old-image-1','old-image','1409fad6c524f6fd9205b18591475e06463a8bd2f6fbd31064ee6a8845b902f4','42',3,0,0,'band/2/minus/4','image','gabor-scattering','band',2,'minus',4.0,'staircase-2down-1up',0.59999999999999997779,0.59994489977058607088,5.5100229413906909314e-05,1,'pink-noise-02','18cbdc0b9a65ffd9fbd7a5cc39e434ac5bbcb8e996375981448bab9b59f771f4','798fb7b77360057b261bcae0515fefb3bace40ede372dc56f1039f7a5a800694','PRR','second','second',1,525.96326860176873196,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,95.905398000000005257,0,95.301585999783128503,'','2026-11-29T00:40:31.490Z','0.1.0');
INSERT INTO trials VALUES('P1','P1-old-image-1','old-image','1409fad6c524f6fd9205b18591475e06463a8bd2f6fbd31064ee6a8845b902f4','42',4,0,0,'band/1/plus/4','image','gabor-scattering','band',1,'plus',4.0,'staircase-2down-1up',0.59999999999999997779,0.59997079964365185311,0.00012646824168949244437,1,'dead-leaves-01','8990792905102616d0d836f14c55832f5ffd427df97ad026c05a009814e44f24','9e9b12a91b889123a210b3ac74f38d79f37172148c74e8ad010080f99c0b8a72','RPP','second','second',1,374.02870874408984036,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,190.69480500000000233,0,196.8163140001706779,'','2026-11-29T00:40:31.694Z','0.1.0');
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
