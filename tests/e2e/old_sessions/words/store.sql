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
INSERT INTO sessions VALUES('P1-old-words-1','P1','old-words',1,'24d6d5fc359d9308018e5caa5222487af0d9a59656d3089033c5e59b586bb3eb',replace('{\n  "schema_version": 1,\n  "name": "old-words",\n  "modality": "audio",\n  "task": "recognition",\n  "model": {"builtin": "cochlea-modulation"},\n  "sound": {"sample_rate_hz": 20000, "duration_ms": 300, "bits": 16},\n  "references": {"builtin": {"count": 40, "seed": 7}},\n  "recognition": {\n    "categories": [\n      {"name": "rain", "references": ["rain-*"]},\n      {"name": "fire", "references": ["fire-*"]}\n    ],\n    "layers": ["cochleagram"],\n    "trials_per_category": 2,\n    "catch_per_block": 1,\n    "metamers": {"evaluations": 30}\n  },\n  "timing": {"fixation_ms": 100, "before_answer_ms": 50},\n  "practice": {"trials": 3}\n}\n','\n',char(10)),'/home/lab/words.json','42','audio','cochlea-modulation','5244351b48afe878b395f73abd3289456f1eafe9449a56a01644f8226fde5b5b','','[{"id":"rain-01","sha256":"516ab9be784ab23e8aae12d1fc8dbb199e66e442432bf12cf04c045bdf610179"},{"id":"fire-01","sha256":"d56b2e61117052189a8b0ff4dbaa24f8a49f13f04781006b7de3455ff477431d"},{"id":"crickets-01","sha256":"5d12bac86d1a83b86cb90fd46640a46bf378fa46606ae08ea487ce6791b64bdf"},{"id":"stream-01","sha256":"c3dfc8ae5f07189edc99ee80ef1177df497122c107fb056f35cbb7e5458e5bde"},{"id":"harmonics-01","sha256":"51eefb8467e6d9c533ce71c063e55c71c0ccdfc952e2020115d2d05d56396594"},{"id":"vowels-01","sha256":"a3a8e7b26c0222c049b06a71a6cd9c1e1b918c8bb77c7a0684ef846c2be8e9e0"},{"id":"noise-01","sha256":"bb360503cd9a74a889caef945aeb721ea62a31b51247d3e5e0de86cdfce637d4"},{"id":"mixture-01","sha256":"bbef1d207dcdff0ad830b94e6c9426ef159a2b5cbc4628d8d12b82a3ccd4e862"},{"id":"rain-02","sha256":"e03eb51f402a761a57d3796f4f7a8bd4632c798c4a4e53c7c90c5355f497237b"},{"id":"fire-02","sha256":"f234101baffecffc94b2cf2e0084ee4a7ff77a8dd340d0b4e9661ae62f47f810"},{"id":"crickets-02","sha256":"a4948848f8423175d5d935567f79e82733a7b6bb14c3c54c661d85ffbfd7f612"},{"id":"stream-02","sha256":"41e792ffa38995c2a5e347515ecbe943a2e977c0e6d13f1bb0146e8d007c3312"},{"id":"harmonics-02","sha256":"f56128d86a8fda876362a00e69df8dd6ebc65d44d355e77de9df20cb3808691b"},{"id":"vowels-02","sha256":"df02699ac554c66b68c3f605088324b5409ff8751e9f74dd4c86fec5999ddc99"},{"id":"noise-02","sha256":"1f236511f02ff9419989a2c1c4ec6df914975b890e7bec3622b49d7bceacf877"},{"id":"mixture-02","sha256":"40208083817460073d5d80240fac4efb843f0069096815dd7ae168817b492f34"},{"id":"rain-03","sha256":"5135879a7b75a4a870eb4547f08d8d70a1b0f76a790f46b398426aea16e63b1b"},{"id":"fire-03","sha256":"5d1fb537db3b40136491454d09e3a8bffe87d5e6dfb81c230c5acea00911e7d7"},{"id":"crickets-03","sha256":"71f4671f67ea14698bce86ba5045564b6dc61d4ed421ee1284ba3cdb523f9014"},{"id":"stream-03","sha256":"0bde53f609a6743bd4d61a8573bd01655781b453b58916431bc7259eb892f0c4"},{"id":"harmonics-03","sha256":"2ec78228029f6b9e7801f31d603e60ca2612f0ad409e40f6f8cc91d1fd761ed8"},{"id":"vowels-03","sha256":"9226c9e157b3a777074c29f3bec5aa78a5a4cf682c939835fdc2806c2e8cabef"},{"id":"noise-03","sha256":"31db18cca2e8b6f3ea404abfa9d51b25e8b8bc3a0e061fea36bc44059085b0b7"},{"id":"mixture-03","sha256":"a591429fb81f917083a24a9e3c1050f0b2abc671ace010015364a19fabbdabea"},{"id":"rain-04","sha256":"dea7c23b05f428b5e178d23f9a92b804aa57a839ad3e3af73fafdc5777cb7b8d"},{"id":"fire-04","sha256":"0c94f6553801c9ee0c91159f1e50bc9abdc4ca5625e2fd8f744073c4b015696a"},{"id":"crickets-04","sha256":"2e44f175a4b851637d1bcf53a77d07baa9bdd497cbec1536f19a67432e9533f1"},{"id":"stream-04","sha256":"f88376400cc9629de9c4d224742a53556b325f109e6ebd240cadc6fd71da0ac6"},{"id":"harmonics-04","sha256":"736df1ed126ec6d4e686ff67e867cb3081de90eef7472e4ea8ee26f8b6bcf682"},{"id":"vowels-04","sha256":"e63479ca48b29dc7e4d51eec47ef621bb8fcae14ebf2b1a4335e8b251178c488"},{"id":"noise-04","sha256":"9e4d7dead7c16964f923589aba6fee4473d5da6a9199e33e090b3addf96c4d2c"},{"id":"mixture-04","sha256":"39442f5acab536f813ae98d682d04708ec5f40b1dfe03380dddbad93d9d5b953"},{"id":"rain-05","sha256":"24231bfeb61c0c82250e582f0d28ae990d35e2eb33fd405a20686b7f798f98e4"},{"id":"fire-05","sha256":"2dc22e15b8563810bd8b1ce003878c2df8e3c0de12db7d8f4bd52dcb7a43814e"},{"id":"crickets-05","sha256":"ba7483d4974e5f8c2cfe4b80634ffc7903fd59f9a24145de8234c6e07df44429"},{"id":"stream-05","sha256":"69c59cfec8ee20c2b8ff10429f4a13ad9edba10a9c3db134ceb05e1ccab09393"},{"id":"harmonics-05","sha256":"8445e4e89d2de956562810a0c6c29a26373ca8c5568ab54145653879f598a3ca"},{"id":"vowels-05","sha256":"db27ac40fc95320fbdb131b0ff3cfdd1cfd82755caf566185e335e99150858eb"},{"id":"noise-05","sha256":"f9b84057bc8f1c33dc1109a95edb109c811b05a1c897e4f840cf8fb3117ed013"},{"id":"mixture-05","sha256":"caeaeef3d19ba5de2c4023d38dcb116b9691f5b4245ad02c73376cc572926533"}]','{"model":"cochlea-modulation","references":{"folder":"","count":40,"seed":7},"references_within_percentile":null,"basis":{"method":"pca","components":6,"candidates":100,"seed":1,"select":[],"pool":{"folder":"","count":200,"seed":1}},"solver":{"type":"minimum-norm","tolerance_sd":0.01},"sound":{"sample_rate_hz":20000,"duration_ms":300.0,"bits":16}}','{"frame_period_ms":16.666666666666668,"kind":"none","pace":"fast","pacing":"ideal","qt_version":"6.4.2","simulated":true}',replace('{"type": "recognition", "accuracy": {"natural": 1, "*": 0.5}, "catch": 1, "rt_ms": {"median": 400, "sigma": 0.2}, "seed": 11}\n','\n',char(10)),'0.1.0','2026-11-29T00:40:01.222Z');
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
INSERT INTO runs VALUES(1,'P1-old-words-1',0,'2026-11-29T00:40:01.227Z','0.1.0','{"frame_period_ms":16.666666666666668,"kind":"none","pace":"fast","pacing":"ideal","qt_version":"6.4.2","simulated":true}','station-1','Debian GNU/Linux 12 (bookworm), linux 6.1.0-28-amd64, x86_64',4711,'{"device":"cpu","threads":1,"half_precision":false}','');
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
INSERT INTO recognition_trials VALUES('P1','P1-old-words-1','old-words','24d6d5fc359d9308018e5caa5222487af0d9a59656d3089033c5e59b586bb3eb','42',0,-1,1,0,'audio','cochlea-modulation','natural','rain-01','516ab9be784ab23e8aae12d1fc8dbb199e66e442432bf12cf04c045bdf610179','516ab9be784ab23e8aae12d1fc8dbb199e66e442432bf12cf04c045bdf610179',NULL,NULL,'rain','rain',1,609.78875395099157684,100.0,0,'','2026-11-29T00:40:01.240Z','0.1.0');
INSERT INTO recognition_trials VALUES('P1','P1-old-words-1','old-words','24d6d5fc359d9308018e5caa5222487af0d9a59656d3089033c5e59b586bb3eb','42',1,-1,1,0,'audio','cochlea-modulation','natural','fire-01','d56b2e61117052189a8b0ff4dbaa24f8a49f13f04781006b7de3455ff477431d','d56b2e61117052189a8b0ff4dbaa24f8a49f13f04781006b7de3455ff477431d',NULL,NULL,'fire','fire',1,336.10349200951685588,100.0,0,'','2026-11-29T00:40:01.253Z','0.1.0');
INSERT INTO recognition_trials VALUES('P1','P1-old-words-1','old-words','24d6d5fc359d9308018e5caa5222487af0d9a59656d3089033c5e59b586bb3eb','42',2,-1,1,0,'audio','cochlea-modulation','natural','fire-01','d56b2e61117052189a8b0ff4dbaa24f8a49f13f04781006b7de3455ff477431d','d56b2e61117052189a8b0ff4dbaa24f8a49f13f04781006b7de3455ff477431d',NULL,NULL,'fire','fire',1,467.8718272202816024,100.0,0,'','2026-11-29T00:40:01.262Z','0.1.0');
INSERT INTO recognition_trials VALUES('P1','P1-old-words-1','old-words','24d6d5fc359d9308018e5caa5222487af0d9a59656d3089033c5e59b586bb3eb','42',3,0,0,1,'audio','cochlea-modulation','natural','rain-01','516ab9be784ab23e8aae12d1fc8dbb199e66e442432bf12cf04c045bdf610179','516ab9be784ab23e8aae12d1fc8dbb199e66e442432bf12cf04c045bdf610179',NULL,NULL,'rain','rain',1,389.24927949961613649,100.0,0,'','2026-11-29T00:40:01.270Z','0.1.0');
INSERT INTO recognition_trials VALUES('P1','P1-old-words-1','old-words','24d6d5fc359d9308018e5caa5222487af0d9a59656d3089033c5e59b586bb3eb','42',4,0,0,0,'audio','cochlea-modulation','natural','rain-02','e03eb51f402a761a57d3796f4f7a8bd4632c798c4a4e53c7c90c5355f497237b','e03eb51f402a761a57d3796f4f7a8bd4632c798c4a4e53c7c90c5355f497237b',NULL,NULL,'rain','rain',1,429.29126986301503164,100.0,0,'','2026-11-29T00:40:01.278Z','0.1.0');
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
