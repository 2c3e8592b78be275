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
INSERT INTO sessions VALUES('P07-image-demo-1','P07','image-demo',1,'2e9f8d5161a22ef873ccb61075e10c96021d6317d6e9dec80d99a6179f04f8e9',replace('{\n  "schema_version": 1,\n  "name": "image-demo",\n  "image_size_px": 64,\n  "references": {"builtin": {"count": 4, "seed": 7}}\n}\n','\n',char(10)),'/home/lab/designs/image-demo.json','42','image','gabor-scattering','3333333333333333333333333333333333333333333333333333333333333333','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','[{"id":"leaves-1","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},{"id":"leaves-2","sha256":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}]','{"tolerance_sd":0.02,"max_iterations":200}','{"refresh_hz":59.94,"pixels_per_degree":31.7}','','0.1.0','2025-03-01T09:30:00.125Z');
INSERT INTO sessions VALUES('Zoë-日本 "x"-1','Zoë','日本 "x"',1,'03d4c15276a81c9821b6a4814a1e9582ed8601352eee888868fe57e7e1ec3e6e',replace(replace('﻿{\r\n  "name": "a \"quoted\", ''name''"\n}\n￿','\r',char(13)),'\n',char(10)),'','18446744073709551615','image','gabor-scattering','3333333333333333333333333333333333333333333333333333333333333333','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','[{"id":"leaves-1","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},{"id":"leaves-2","sha256":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}]','{"tolerance_sd":0.02,"max_iterations":200}','{"refresh_hz":59.94,"pixels_per_degree":31.7}','{"type":"psychometric","seed":11}','0.1.0','2025-03-02T09:30:00.125Z');
INSERT INTO sessions VALUES('P08-image-demo-1','P08','image-demo',1,'2e9f8d5161a22ef873ccb61075e10c96021d6317d6e9dec80d99a6179f04f8e9',replace('{\n  "schema_version": 1,\n  "name": "image-demo",\n  "image_size_px": 64,\n  "references": {"builtin": {"count": 4, "seed": 7}}\n}\n','\n',char(10)),'/home/lab/designs/image-demo.json','7','image','gabor-scattering','3333333333333333333333333333333333333333333333333333333333333333','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','[{"id":"leaves-1","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},{"id":"leaves-2","sha256":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}]','{"tolerance_sd":0.02,"max_iterations":200}','{"refresh_hz":59.94,"pixels_per_degree":31.7}','','0.1.0','2025-03-03T09:30:00.125Z');
INSERT INTO sessions VALUES('P07-pairs-1','P07','pairs',1,'587fa3bad9cd0d44192569d1bb65a56d9486e6465019035fc86855b750d64ec1',replace('{\n  "schema_version": 1,\n  "name": "pairs",\n  "image_size_px": 64,\n  "references": {"builtin": {"count": 4, "seed": 7}}\n}\n','\n',char(10)),'/home/lab/designs/pairs.json','9','image','gabor-scattering','3333333333333333333333333333333333333333333333333333333333333333','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','[{"id":"leaves-1","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},{"id":"leaves-2","sha256":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}]','{"tolerance_sd":0.02,"max_iterations":200}','{"refresh_hz":59.94,"pixels_per_degree":31.7}','','0.1.0','2025-04-01T09:30:00.125Z');
INSERT INTO sessions VALUES('P09-audio-demo-1','P09','audio-demo',1,'7635fbd4c3156a00c557d524d605f9ecca763617bd89c396433b2e38733b878c',replace('{\n  "schema_version": 1,\n  "name": "audio-demo",\n  "image_size_px": 64,\n  "references": {"builtin": {"count": 4, "seed": 7}}\n}\n','\n',char(10)),'/home/lab/designs/audio-demo.json','11','audio','cochlea-modulation','3333333333333333333333333333333333333333333333333333333333333333','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','[{"id":"leaves-1","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},{"id":"leaves-2","sha256":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}]','{"tolerance_sd":0.02,"max_iterations":200}','{"refresh_hz":59.94,"pixels_per_degree":31.7}','','0.1.0','2025-05-01T09:30:00.125Z');
INSERT INTO sessions VALUES('P09-words-1','P09','words',1,'5b6168627ce2a10efe28a3871025f7999c97d6bdadb68b0ba477f005b747b947',replace('{\n  "schema_version": 1,\n  "name": "words",\n  "image_size_px": 64,\n  "references": {"builtin": {"count": 4, "seed": 7}}\n}\n','\n',char(10)),'/home/lab/designs/words.json','13','audio','cochlea-modulation','3333333333333333333333333333333333333333333333333333333333333333','','[{"id":"leaves-1","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},{"id":"leaves-2","sha256":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}]','{"tolerance_sd":0.02,"max_iterations":200}','{"refresh_hz":59.94,"pixels_per_degree":31.7}','','0.1.0','2025-06-01T09:30:00.125Z');
INSERT INTO sessions VALUES('P11-image-demo-1','P11','image-demo',1,'2e9f8d5161a22ef873ccb61075e10c96021d6317d6e9dec80d99a6179f04f8e9',replace('{\n  "schema_version": 1,\n  "name": "image-demo",\n  "image_size_px": 64,\n  "references": {"builtin": {"count": 4, "seed": 7}}\n}\n','\n',char(10)),'/home/lab/designs/image-demo.json','42','image','gabor-scattering','3333333333333333333333333333333333333333333333333333333333333333','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','[{"id":"leaves-1","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},{"id":"leaves-2","sha256":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}]','{"tolerance_sd":0.02,"max_iterations":200}','{"refresh_hz":59.94,"pixels_per_degree":31.7}','','0.1.0','2026-02-01T09:30:00.125Z');
INSERT INTO sessions VALUES('P12-whole-1','P12','whole',1,'655eae7a6902b70d4e90c9f4cb9c7f04461b3e8b4174e749c34ed402c99e64c7',replace('{"schema_version": 1, "name": "whole", "task": "abx", "model": {"builtin": "gabor-scattering"}, "image_size_px": 64,\n "references": {"builtin": {"count": 3, "seed": 7}},\n "metamers": {"layers": ["pool"], "comparisons": ["original-synthesised", "synthesised-synthesised"], "starts": ["noise"],\n  "match": {"evaluations": [2]}, "show_not_accepted": true, "trials_per_condition": 2, "catch_every": 2}}\n','\n',char(10)),'/srv/study/pairs.json','2092539644','image','gabor-scattering','53744bead5e7b38586785d4c802646f246b163e17bb0b5d383f8ad2eed49f2ea','','[{"id":"dead-leaves-01","sha256":"8990792905102616d0d836f14c55832f5ffd427df97ad026c05a009814e44f24"},{"id":"pink-noise-02","sha256":"18cbdc0b9a65ffd9fbd7a5cc39e434ac5bbcb8e996375981448bab9b59f771f4"},{"id":"grain-03","sha256":"da4154ceedad7176474154dbe33d9871366ee84b42838b74cbe4714be8c1cf61"}]','{"model":"gabor-scattering","references":{"folder":"","count":3,"seed":7},"references_within_percentile":null,"basis":{"method":"pca","components":6,"candidates":100,"seed":1,"select":[],"pool":{"folder":"","count":200,"seed":1}},"solver":{"type":"minimum-norm","tolerance_sd":0.01},"image_size_px":64}','{"frame_period_ms":16.666666666666668,"kind":"none","pace":"fast","pacing":"ideal","qt_version":"6.4.2","simulated":true}',replace('{\n  "type": "psychometric",\n  "threshold_sd": 0.6,\n  "slope": 3.5,\n  "lapse": 0.02,\n  "criterion": 1.5,\n  "rt_ms": {"median": 600, "sigma": 0.2},\n  "seed": 11\n}\n','\n',char(10)),'0.1.0','2026-11-30T01:03:57.495Z');
INSERT INTO sessions VALUES('P13-distortions-1','P13','distortions',1,'1fe71c8ab754302df8d2bfd7f4ef8de03b66f84aad1767defb4d1d088d4d5486',replace('{\n  "schema_version": 1,\n  "name": "distortions",\n  "model": {"builtin": "gabor-compressive"},\n  "image_size_px": 64,\n  "references": {"builtin": {"count": 2, "seed": 7}},\n  "references_per_trial": 1,\n  "dimensions": [\n    {"layer": "band", "distortions": ["largest", "smallest"], "directions": ["plus"], "eccentricities_deg": [0]}\n  ],\n  "procedure": {"type": "psi-marginal", "min_level": 0.5, "max_level": 8, "stop": {"trials": 2}},\n  "practice": {"trials": 1, "level": 4}\n}\n','\n',char(10)),'/home/lab/designs/distortions.json','5','image','gabor-compressive','f2aad016fc5aa988c75f4c8d79e4dcd54aaf9f0c6de7b90c8b5fed2af71dab5e','e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855','[{"id":"dead-leaves-01","sha256":"8990792905102616d0d836f14c55832f5ffd427df97ad026c05a009814e44f24"},{"id":"pink-noise-02","sha256":"18cbdc0b9a65ffd9fbd7a5cc39e434ac5bbcb8e996375981448bab9b59f771f4"}]','{"model":"gabor-compressive","references":{"folder":"","count":2,"seed":7},"references_within_percentile":null,"basis":{"method":"pca","components":6,"candidates":100,"seed":1,"select":[],"pool":{"folder":"","count":200,"seed":1}},"solver":{"type":"relative-norm","tolerance_sd":0.01},"image_size_px":64,"highest_levels":{"band/largest/plus/0":8.0,"band/smallest/plus/0":8.0}}','{"frame_period_ms":16.666666666666668,"kind":"none","pace":"fast","pacing":"ideal","qt_version":"6.4.2","simulated":true}',replace('{\n  "type": "psychometric",\n  "threshold_sd": 0.6,\n  "slope": 3.5,\n  "lapse": 0.02,\n  "criterion": 1.5,\n  "rt_ms": {"median": 600, "sigma": 0.2},\n  "seed": 11\n}\n','\n',char(10)),'0.1.0','2026-11-30T04:00:08.912Z');
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
INSERT INTO runs VALUES(1,'P07-image-demo-1',0,'2026-11-29T00:56:10.914Z','0.1.0','{"refresh_hz":59.94,"pixels_per_degree":31.7}','station-1','Debian GNU/Linux 12 (bookworm), linux 6.1.0-28-amd64, x86_64',4711,'{"device":"cpu","threads":2}','');
INSERT INTO runs VALUES(2,'P07-image-demo-1',3,'2026-11-29T00:56:10.942Z','0.1.0','{"refresh_hz":144}','station-1','Debian GNU/Linux 12 (bookworm), linux 6.1.0-28-amd64, x86_64',4711,'','');
INSERT INTO runs VALUES(3,'Zoë-日本 "x"-1',0,'2026-11-29T00:56:11.008Z','0.1.0','','station-1','Debian GNU/Linux 12 (bookworm), linux 6.1.0-28-amd64, x86_64',4711,'','');
INSERT INTO runs VALUES(4,'P07-pairs-1',0,'2026-11-29T00:56:11.046Z','0.1.0','','station-1','Debian GNU/Linux 12 (bookworm), linux 6.1.0-28-amd64, x86_64',4711,'','');
INSERT INTO runs VALUES(5,'P09-audio-demo-1',0,'2026-11-29T00:56:11.108Z','0.1.0','','station-1','Debian GNU/Linux 12 (bookworm), linux 6.1.0-28-amd64, x86_64',4711,'','{"device":"ALSA: default","sample_rate_hz":48000,"headphone_check":{"correct":6,"of":6}}');
INSERT INTO runs VALUES(6,'P09-words-1',0,'2026-11-29T00:56:11.174Z','0.1.0','','station-1','Debian GNU/Linux 12 (bookworm), linux 6.1.0-28-amd64, x86_64',4711,'','');
INSERT INTO runs VALUES(7,'P11-image-demo-1',0,'2026-11-29T08:24:36.543Z','0.1.0','{"refresh_hz":60}','station-1','Debian GNU/Linux 12 (bookworm), linux 6.1.0-28-amd64, x86_64',4711,'{"device":"cpu","threads":2}','');
INSERT INTO runs VALUES(8,'P12-whole-1',0,'2026-11-30T01:03:57.497Z','0.1.0','{"frame_period_ms":16.666666666666668,"kind":"none","pace":"fast","pacing":"ideal","qt_version":"6.4.2","simulated":true}','station-1','Debian GNU/Linux 12 (bookworm), linux 6.18.44-fc-v669, x86_64',28583,'{"device":"cpu","threads":1,"half_precision":false}','');
INSERT INTO runs VALUES(9,'P13-distortions-1',0,'2026-11-30T04:00:08.916Z','0.1.0','{"frame_period_ms":16.666666666666668,"kind":"none","pace":"fast","pacing":"ideal","qt_version":"6.4.2","simulated":true}','station-1','Debian GNU/Linux 12 (bookworm), linux 6.18.44-fc-v669, x86_64',21762,'{"device":"cpu","threads":1,"half_precision":false}','');
CREATE TABLE session_ends (
    session_id TEXT NOT NULL PRIMARY KEY REFERENCES sessions (session_id),
    finished_at TEXT NOT NULL CHECK (finished_at <> '')
);
INSERT INTO session_ends VALUES('P07-image-demo-1','2026-11-29T00:56:10.986Z');
INSERT INTO session_ends VALUES('P12-whole-1','2026-11-30T01:03:57.543Z');
INSERT INTO session_ends VALUES('P13-distortions-1','2026-11-30T04:00:09.035Z');
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
    software_version TEXT NOT NULL CHECK (typeof(software_version) = (lower('TEXT'))), metamer_condition TEXT NOT NULL DEFAULT '' CHECK (typeof(metamer_condition) = lower('TEXT')), metamers_json TEXT NOT NULL DEFAULT '' CHECK (typeof(metamers_json) = lower('TEXT')), distortion TEXT NOT NULL DEFAULT '' CHECK (typeof(distortion) = lower('TEXT')),
    PRIMARY KEY (session_id, trial_index),
    FOREIGN KEY (session_id) REFERENCES sessions (session_id),
    CHECK (trial_index >= 0),
    CHECK (practice = (block_index < 0)),
    CHECK (correct = (response = correct_answer)),
    CHECK (onset1_ms IS NOT NULL AND onset2_ms IS NOT NULL)
);
INSERT INTO trials VALUES('P07','P07-image-demo-1','image-demo','2e9f8d5161a22ef873ccb61075e10c96021d6317d6e9dec80d99a6179f04f8e9','42',0,-1,1,'texture/1/plus/4','image','gabor-scattering','texture',1,'plus',4.0,'practice',1.0,1.0,0.0,1,'leaves-1','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee0','RPR','first','second',0,573.85714285714288962,500.01299999999997678,1216.7000000000000454,1933.4000000000000909,0,1834.25,0,0.0,'','2025-03-01T09:30:07.250Z','0.1.0','','','');
INSERT INTO trials VALUES('P07','P07-image-demo-1','image-demo','2e9f8d5161a22ef873ccb61075e10c96021d6317d6e9dec80d99a6179f04f8e9','42',1,-1,1,'band/2/2/minus/7.5','image','gabor-scattering','band/2',2,'minus',7.5,'practice',1.0,0.99863000000000001765,0.010000000000000001942,1,'leaves-2','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee1','RPP','second','second',1,716.71428571428577925,500.34633333333329119,1216.8428571428571558,1933.4909090909090991,0,0.0,1,0.0,'early_key wrong_key','2025-03-01T09:31:07.250Z','0.1.0','','','');
INSERT INTO trials VALUES('P07','P07-image-demo-1','image-demo','2e9f8d5161a22ef873ccb61075e10c96021d6317d6e9dec80d99a6179f04f8e9','42',2,0,0,'texture/3/plus/4','image','gabor-scattering','texture',3,'plus',4.0,'staircase-2down-1up',0.35502958579881649381,0.35228958579881647361,0.020000000000000003885,1,'leaves-1','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee2','RPR','first','first',1,859.57142857142855522,500.6796666666666624,1216.9857142857142662,1933.5818181818183347,0,1834.4722222222221716,0,12.749999999999999999,'','2025-03-01T09:32:07.250Z','0.1.0','','','');
INSERT INTO trials VALUES('P07','P07-image-demo-1','image-demo','2e9f8d5161a22ef873ccb61075e10c96021d6317d6e9dec80d99a6179f04f8e9','42',3,0,0,'band/2/1/minus/7.5','image','gabor-scattering','band/2',1,'minus',7.5,'staircase-2down-1up',0.27309968138370505075,0.26898968138370504821,0.030000000000000005828,1,'leaves-2','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee3','RPP','second','first',0,1002.4285714285714448,501.0129999999999768,1217.1285714285713765,1933.672727272727343,2,0.0,1,0.0,'','2025-03-01T09:33:07.250Z','0.1.0','','','');
INSERT INTO trials VALUES('P07','P07-image-demo-1','image-demo','2e9f8d5161a22ef873ccb61075e10c96021d6317d6e9dec80d99a6179f04f8e9','42',4,1,0,'texture/2/plus/4','image','gabor-scattering','texture',2,'plus',4.0,'staircase-2down-1up',0.21007667798746537668,0.20459667798746536404,0.040000000000000007771,0,'leaves-1','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee4','RPR','first','first',1,1145.2857142857142207,501.34633333333329121,1217.2714285714287143,1933.7636363636363512,0,1834.6944444444443434,0,0.0,'at_limit paused lost_focus','2025-03-01T09:34:07.250Z','0.1.0','','','');
INSERT INTO trials VALUES('P07','P07-image-demo-1','image-demo','2e9f8d5161a22ef873ccb61075e10c96021d6317d6e9dec80d99a6179f04f8e9','42',5,1,0,'band/2/3/minus/7.5','image','gabor-scattering','band/2',3,'minus',7.5,'staircase-2down-1up',0.16159744460574260171,0.15474744460574260673,0.050000000000000009714,1,'leaves-2','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee5','RPP','second','second',1,1288.1428571428571104,501.67966666666666242,1217.4142857142858247,1933.8545454545455867,0,0.0,1,0.0,'','2025-03-01T09:35:07.250Z','0.1.0','','','');
INSERT INTO trials VALUES('Zoë','Zoë-日本 "x"-1','日本 "x"','03d4c15276a81c9821b6a4814a1e9582ed8601352eee888868fe57e7e1ec3e6e','18446744073709551615',0,-1,1,'späte "Schicht", 层/2147483647/minus/-0.1','image','gabor-scattering','späte "Schicht", 层',2147483647,'minus',-0.10000000000000000555,'practice',1.000000000000000025e-300,-1.7976931348623156223e+308,0.3000000000000000444,1,replace(replace('﻿mark\r\n''; DROP TABLE trials; --','\r',char(13)),'\n',char(10)),'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee0','RPR','first','second',0,600.00000000000011366,1.0000000000000000047e+300,-1.000000000000000025e-300,4.0,2147483647,1834.25,0,0.0,'','2025-03-01T09:30:07.250Z','0.1.0','','','');
INSERT INTO trials VALUES('P07','P07-pairs-1','pairs','587fa3bad9cd0d44192569d1bb65a56d9486e6465019035fc86855b750d64ec1','9',0,-1,1,'texture/1/plus/4','image','gabor-scattering','texture',1,'plus',4.0,'practice',1.0,1.0,0.0,1,'leaves-1','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee0','RR','same','different',0,573.85714285714288962,500.01299999999997678,1216.7000000000000454,NULL,0,1834.25,0,0.0,'','2025-03-01T09:30:07.250Z','0.1.0','','','');
INSERT INTO trials VALUES('P07','P07-pairs-1','pairs','587fa3bad9cd0d44192569d1bb65a56d9486e6465019035fc86855b750d64ec1','9',1,-1,1,'band/2/2/minus/7.5','image','gabor-scattering','band/2',2,'minus',7.5,'practice',1.0,0.99863000000000001765,0.010000000000000001942,1,'leaves-2','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee1','RP','different','different',1,716.71428571428577925,500.34633333333329119,1216.8428571428571558,NULL,0,0.0,1,0.0,'early_key wrong_key','2025-03-01T09:31:07.250Z','0.1.0','','','');
INSERT INTO trials VALUES('P07','P07-pairs-1','pairs','587fa3bad9cd0d44192569d1bb65a56d9486e6465019035fc86855b750d64ec1','9',2,0,0,'texture/3/plus/4','image','gabor-scattering','texture',3,'plus',4.0,'quest',0.35502958579881649381,0.35228958579881647361,0.020000000000000003885,1,'leaves-1','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee2','RR','same','same',1,859.57142857142855522,500.6796666666666624,1216.9857142857142662,NULL,0,1834.4722222222221716,0,12.749999999999999999,'','2025-03-01T09:32:07.250Z','0.1.0','','','');
INSERT INTO trials VALUES('P07','P07-pairs-1','pairs','587fa3bad9cd0d44192569d1bb65a56d9486e6465019035fc86855b750d64ec1','9',3,0,0,'band/2/1/minus/7.5','image','gabor-scattering','band/2',1,'minus',7.5,'quest',0.27309968138370505075,0.26898968138370504821,0.030000000000000005828,1,'leaves-2','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee3','RP','different','same',0,1002.4285714285714448,501.0129999999999768,1217.1285714285713765,NULL,2,0.0,1,0.0,'','2025-03-01T09:33:07.250Z','0.1.0','','','');
INSERT INTO trials VALUES('P09','P09-audio-demo-1','audio-demo','7635fbd4c3156a00c557d524d605f9ecca763617bd89c396433b2e38733b878c','11',0,-1,1,'texture/1/plus/4','audio','cochlea-modulation','texture',1,'plus',4.0,'practice',1.0,1.0,0.0,1,'leaves-1','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee0','RPR','first','second',0,573.85714285714288962,500.01299999999997678,1216.7000000000000454,1933.4000000000000909,0,1834.25,0,0.0,'','2025-03-01T09:30:07.250Z','0.1.0','','','');
INSERT INTO trials VALUES('P09','P09-audio-demo-1','audio-demo','7635fbd4c3156a00c557d524d605f9ecca763617bd89c396433b2e38733b878c','11',1,-1,1,'band/2/2/minus/7.5','audio','cochlea-modulation','band/2',2,'minus',7.5,'practice',1.0,0.99863000000000001765,0.010000000000000001942,1,'leaves-2','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee1','RPP','second','second',1,716.71428571428577925,500.34633333333329119,1216.8428571428571558,1933.4909090909090991,0,0.0,1,0.0,'early_key wrong_key','2025-03-01T09:31:07.250Z','0.1.0','','','');
INSERT INTO trials VALUES('P09','P09-audio-demo-1','audio-demo','7635fbd4c3156a00c557d524d605f9ecca763617bd89c396433b2e38733b878c','11',2,0,0,'texture/3/plus/4','audio','cochlea-modulation','texture',3,'plus',4.0,'staircase-2down-1up',0.35502958579881649381,0.35228958579881647361,0.020000000000000003885,1,'leaves-1','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee2','RPR','first','first',1,859.57142857142855522,500.6796666666666624,1216.9857142857142662,1933.5818181818183347,0,1834.4722222222221716,0,12.749999999999999999,'audio_underrun','2025-03-01T09:32:07.250Z','0.1.0','','','');
INSERT INTO trials VALUES('P11','P11-image-demo-1','image-demo','2e9f8d5161a22ef873ccb61075e10c96021d6317d6e9dec80d99a6179f04f8e9','42',0,0,0,'texture/1/plus/0','image','gabor-scattering','texture',1,'plus',0.0,'staircase-2down-1up',0.33333333333333331482,0.33233333333333331394,0.0,0,'leaves-0','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','probe0','RPR','first','second',0,500.0,1500.0,2200.0,2900.0,0,321.49999999999999999,1,0.0,'','2025-03-01T09:31:00.000Z','0.1.0','','','');
INSERT INTO trials VALUES('P11','P11-image-demo-1','image-demo','2e9f8d5161a22ef873ccb61075e10c96021d6317d6e9dec80d99a6179f04f8e9','42',1,0,0,'texture/2/minus/4','image','gabor-scattering','texture',2,'minus',4.0,'staircase-2down-1up',0.25,0.24899999999999999911,0.0010000000000000000208,1,'leaves-1','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','probe1','RPR','first','first',1,500.1428571428571672,1501.0,2201.0,2901.0,1,322.49999999999999999,0,0.25,'','2025-03-01T09:31:00.000Z','0.1.0','','','');
INSERT INTO trials VALUES('P11','P11-image-demo-1','image-demo','2e9f8d5161a22ef873ccb61075e10c96021d6317d6e9dec80d99a6179f04f8e9','42',2,0,0,'texture/3/plus/8','image','gabor-scattering','texture',3,'plus',8.0,'staircase-2down-1up',0.2000000000000000111,0.19900000000000001021,0.0020000000000000000416,1,'leaves-2','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','probe2','RPR','first','first',1,500.2857142857142776,1502.0,2202.0,2902.0,0,323.49999999999999999,0,0.5,'','2025-03-01T09:31:00.000Z','0.1.0','','','');
INSERT INTO trials VALUES('P12','P12-whole-1','whole','655eae7a6902b70d4e90c9f4cb9c7f04461b3e8b4174e749c34ed402c99e64c7','2092539644',0,0,0,'pool/original-original','image','gabor-scattering','pool',0,'plus',0.0,'catch',1.0,1.0,0.0,1,'pink-noise-02','18cbdc0b9a65ffd9fbd7a5cc39e434ac5bbcb8e996375981448bab9b59f771f4','8990792905102616d0d836f14c55832f5ffd427df97ad026c05a009814e44f24','PRR','second','second',1,609.82547450075605868,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,0.0,1,0.0,'','2026-11-30T01:03:57.507Z','0.1.0','original-original','','');
INSERT INTO trials VALUES('P12','P12-whole-1','whole','655eae7a6902b70d4e90c9f4cb9c7f04461b3e8b4174e749c34ed402c99e64c7','2092539644',1,0,0,'pool/synthesised-synthesised/noise/2evaluations','image','gabor-scattering','pool',0,'plus',0.0,'constant',2.0,0.0065318503202242660099,0.0,1,'dead-leaves-01','9d7fcc24a380e494ac8e8be4d2ffbfd152bb525ed88721813c71f8c2668bd57d','016630548947b68b39b78291da34d277c6d7912e78cf209a0bf9b592a701e660','RPP','second','first',0,484.28606405869447826,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,0.0,1,0.0,'','2026-11-30T01:03:57.513Z','0.1.0','synthesised-synthesised/noise/2evaluations','[{"sha256":"9d7fcc24a380e494ac8e8be4d2ffbfd152bb525ed88721813c71f8c2668bd57d","seed":1,"evaluations":2,"accepted":true,"layers":{"band":{"snr_db":2.4103944059910587,"spearman":0.514273304114449,"pearson":0.4739384139823044},"texture":{"snr_db":1.0768812083109176,"spearman":0.41607660133668894,"pearson":0.315050229322548},"pool":{"snr_db":43.6992755168135,"spearman":0.999057083378545,"pearson":0.999968970071691}}},{"sha256":"016630548947b68b39b78291da34d277c6d7912e78cf209a0bf9b592a701e660","seed":2,"evaluations":2,"accepted":true,"layers":{"band":{"snr_db":2.8463720333944638,"spearman":0.48749174157443437,"pearson":0.5160227827527321},"texture":{"snr_db":0.7700470834945788,"spearman":0.3653604228287003,"pearson":0.2702259813890042},"pool":{"snr_db":46.205625435274094,"spearman":0.9994273175554296,"pearson":0.9999825686050212}}}]','');
INSERT INTO trials VALUES('P12','P12-whole-1','whole','655eae7a6902b70d4e90c9f4cb9c7f04461b3e8b4174e749c34ed402c99e64c7','2092539644',2,0,0,'pool/original-original','image','gabor-scattering','pool',0,'plus',0.0,'catch',1.0,1.0,0.0,1,'dead-leaves-01','8990792905102616d0d836f14c55832f5ffd427df97ad026c05a009814e44f24','da4154ceedad7176474154dbe33d9871366ee84b42838b74cbe4714be8c1cf61','RPP','second','second',1,761.39411476546752055,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,0.0,1,0.0,'','2026-11-30T01:03:57.519Z','0.1.0','original-original','','');
INSERT INTO trials VALUES('P12','P12-whole-1','whole','655eae7a6902b70d4e90c9f4cb9c7f04461b3e8b4174e749c34ed402c99e64c7','2092539644',3,0,0,'pool/original-synthesised/noise/2evaluations','image','gabor-scattering','pool',0,'plus',0.0,'constant',2.0,0.0041801642162814902151,0.0,1,'pink-noise-02','18cbdc0b9a65ffd9fbd7a5cc39e434ac5bbcb8e996375981448bab9b59f771f4','ac5d69887f5a0a994361fb08b715972bb2686daed07acd4c9994577ec0398e3a','RPR','first','second',0,788.94490290265321163,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,0.0,1,0.0,'','2026-11-30T01:03:57.520Z','0.1.0','original-synthesised/noise/2evaluations','[{"sha256":"ac5d69887f5a0a994361fb08b715972bb2686daed07acd4c9994577ec0398e3a","seed":1,"evaluations":2,"accepted":true,"layers":{"band":{"snr_db":4.400031732212343,"spearman":0.7980979656781043,"pearson":0.7268526681032589},"texture":{"snr_db":1.2745193213262986,"spearman":0.49939190460106775,"pearson":0.3813194973815555},"pool":{"snr_db":47.57613313567625,"spearman":0.999057083378545,"pearson":0.9999891162641229}}}]','');
INSERT INTO trials VALUES('P12','P12-whole-1','whole','655eae7a6902b70d4e90c9f4cb9c7f04461b3e8b4174e749c34ed402c99e64c7','2092539644',4,1,0,'pool/original-original','image','gabor-scattering','pool',0,'plus',0.0,'catch',1.0,1.0,0.0,1,'grain-03','da4154ceedad7176474154dbe33d9871366ee84b42838b74cbe4714be8c1cf61','18cbdc0b9a65ffd9fbd7a5cc39e434ac5bbcb8e996375981448bab9b59f771f4','RPR','first','first',1,561.04306311613481739,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,0.0,1,0.0,'','2026-11-30T01:03:57.527Z','0.1.0','original-original','','');
INSERT INTO trials VALUES('P12','P12-whole-1','whole','655eae7a6902b70d4e90c9f4cb9c7f04461b3e8b4174e749c34ed402c99e64c7','2092539644',5,1,0,'pool/synthesised-synthesised/noise/2evaluations','image','gabor-scattering','pool',0,'plus',0.0,'constant',2.0,0.0041801642162814902151,0.0,1,'pink-noise-02','ac5d69887f5a0a994361fb08b715972bb2686daed07acd4c9994577ec0398e3a','ebd27135e5e5cbf53359d57984256b1f528933b671fb917a78492ff1b7517a89','PRP','first','first',1,772.23245417305724914,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,0.0,1,0.0,'','2026-11-30T01:03:57.531Z','0.1.0','synthesised-synthesised/noise/2evaluations','[{"sha256":"ac5d69887f5a0a994361fb08b715972bb2686daed07acd4c9994577ec0398e3a","seed":1,"evaluations":2,"accepted":true,"layers":{"band":{"snr_db":4.400031732212343,"spearman":0.7980979656781043,"pearson":0.7268526681032589},"texture":{"snr_db":1.2745193213262986,"spearman":0.49939190460106775,"pearson":0.3813194973815555},"pool":{"snr_db":47.57613313567625,"spearman":0.999057083378545,"pearson":0.9999891162641229}}},{"sha256":"ebd27135e5e5cbf53359d57984256b1f528933b671fb917a78492ff1b7517a89","seed":2,"evaluations":2,"accepted":true,"layers":{"band":{"snr_db":4.532864382543735,"spearman":0.8126911540571042,"pearson":0.7340876394085186},"texture":{"snr_db":1.4209349755339462,"spearman":0.4964412074270775,"pearson":0.3967788044745426},"pool":{"snr_db":50.72163043880752,"spearman":0.9995207552174384,"pearson":0.9999947709720421}}}]','');
INSERT INTO trials VALUES('P12','P12-whole-1','whole','655eae7a6902b70d4e90c9f4cb9c7f04461b3e8b4174e749c34ed402c99e64c7','2092539644',6,1,0,'pool/original-synthesised/noise/2evaluations','image','gabor-scattering','pool',0,'plus',0.0,'constant',2.0,0.0065318503202242660099,0.0,1,'dead-leaves-01','8990792905102616d0d836f14c55832f5ffd427df97ad026c05a009814e44f24','9d7fcc24a380e494ac8e8be4d2ffbfd152bb525ed88721813c71f8c2668bd57d','PRP','first','second',0,518.59819831438096569,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,0.0,1,0.0,'','2026-11-30T01:03:57.539Z','0.1.0','original-synthesised/noise/2evaluations','[{"sha256":"9d7fcc24a380e494ac8e8be4d2ffbfd152bb525ed88721813c71f8c2668bd57d","seed":1,"evaluations":2,"accepted":true,"layers":{"band":{"snr_db":2.4103944059910587,"spearman":0.514273304114449,"pearson":0.4739384139823044},"texture":{"snr_db":1.0768812083109176,"spearman":0.41607660133668894,"pearson":0.315050229322548},"pool":{"snr_db":43.6992755168135,"spearman":0.999057083378545,"pearson":0.999968970071691}}}]','');
INSERT INTO trials VALUES('P13','P13-distortions-1','distortions','1fe71c8ab754302df8d2bfd7f4ef8de03b66f84aad1767defb4d1d088d4d5486','5',0,-1,1,'band/smallest/plus/0','image','gabor-compressive','band',0,'plus',0.0,'practice',4.0,4.0000243466820952775,0.16608250182704956121,1,'dead-leaves-01','8990792905102616d0d836f14c55832f5ffd427df97ad026c05a009814e44f24','936cc3ff0fb92170d687d866dd5bdae82f8b162c8a501786c22f05de136c58d4','RPP','second','second',1,609.82547450075605868,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,0.0,1,0.0,'','2026-11-30T04:00:08.977Z','0.1.0','','','smallest');
INSERT INTO trials VALUES('P13','P13-distortions-1','distortions','1fe71c8ab754302df8d2bfd7f4ef8de03b66f84aad1767defb4d1d088d4d5486','5',1,0,0,'band/largest/plus/0','image','gabor-compressive','band',0,'plus',0.0,'psi-marginal',2.2449240966187455903,2.2449257407704199529,0.16536399313817898293,1,'pink-noise-02','18cbdc0b9a65ffd9fbd7a5cc39e434ac5bbcb8e996375981448bab9b59f771f4','78bd4ba2f4c0e2676c8662577667e353265aaa1f6e2c978670ad969ffda96da3','RPP','second','second',1,484.28606405869447826,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,0.0,1,2.4853700026869773864,'','2026-11-30T04:00:08.994Z','0.1.0','','','largest');
INSERT INTO trials VALUES('P13','P13-distortions-1','distortions','1fe71c8ab754302df8d2bfd7f4ef8de03b66f84aad1767defb4d1d088d4d5486','5',2,0,0,'band/smallest/plus/0','image','gabor-compressive','band',0,'plus',0.0,'psi-marginal',2.2449240966187455903,2.2449218095246075144,0.16220849235131329368,1,'dead-leaves-01','8990792905102616d0d836f14c55832f5ffd427df97ad026c05a009814e44f24','2430511dfeaf051a067171b4b6403b0f9dff1b4fbac4dea0e5db537a4645807b','PRP','first','first',1,761.39411476546752055,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,0.0,1,2.6200440004467964172,'','2026-11-30T04:00:09.012Z','0.1.0','','','smallest');
INSERT INTO trials VALUES('P13','P13-distortions-1','distortions','1fe71c8ab754302df8d2bfd7f4ef8de03b66f84aad1767defb4d1d088d4d5486','5',3,1,0,'band/smallest/plus/0','image','gabor-compressive','band',0,'plus',0.0,'psi-marginal',1.7817974362806783261,1.7818225434701828735,0.16549957239017576426,1,'pink-noise-02','18cbdc0b9a65ffd9fbd7a5cc39e434ac5bbcb8e996375981448bab9b59f771f4','91427217c2b17e81b3e5422083399bebc182a8e51e016f3b19ba2f98a0b93bc6','PRR','second','second',1,788.94490290265321163,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,0.0,1,0.0,'','2026-11-30T04:00:09.020Z','0.1.0','','','smallest');
INSERT INTO trials VALUES('P13','P13-distortions-1','distortions','1fe71c8ab754302df8d2bfd7f4ef8de03b66f84aad1767defb4d1d088d4d5486','5',4,1,0,'band/largest/plus/0','image','gabor-compressive','band',0,'plus',0.0,'psi-marginal',1.7817974362806783261,1.781755140124132053,0.1607503214431288685,1,'dead-leaves-01','8990792905102616d0d836f14c55832f5ffd427df97ad026c05a009814e44f24','e14da869b0a0762b4935c47f60ad46d91c900182a01a1bd9911dc8bf188b2d39','PRR','second','second',1,561.04306311613481739,1500.0000000000011368,2200.0000000000022738,2899.9999999999959072,0,0.0,1,3.5086790025234222412,'','2026-11-30T04:00:09.031Z','0.1.0','','','largest');
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
INSERT INTO recognition_trials VALUES('P09','P09-words-1','words','5b6168627ce2a10efe28a3871025f7999c97d6bdadb68b0ba477f005b747b947','13',0,-1,1,0,'audio','cochlea-modulation','cochleagram','rain-0','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',0.96999999999999997335,21.5,'rain','fire',0,700.0,100.25,0,'','2025-06-01T10:10:00.000Z','0.1.0');
INSERT INTO recognition_trials VALUES('P09','P09-words-1','words','5b6168627ce2a10efe28a3871025f7999c97d6bdadb68b0ba477f005b747b947','13',1,0,0,0,'audio','cochlea-modulation','natural','rain-1','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',NULL,NULL,'rain','rain',1,700.14285714285711039,101.25,0,'','2025-06-01T10:11:00.000Z','0.1.0');
INSERT INTO recognition_trials VALUES('P09','P09-words-1','words','5b6168627ce2a10efe28a3871025f7999c97d6bdadb68b0ba477f005b747b947','13',2,0,0,0,'audio','cochlea-modulation','cochleagram','rain-2','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',0.97199999999999997513,21.7857142857142847,'rain','rain',1,700.28571428571433441,102.25,1,'audio_underrun','2025-06-01T10:12:00.000Z','0.1.0');
INSERT INTO recognition_trials VALUES('P09','P09-words-1','words','5b6168627ce2a10efe28a3871025f7999c97d6bdadb68b0ba477f005b747b947','13',3,0,0,1,'audio','cochlea-modulation','natural','rain-3','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',NULL,NULL,'rain','fire',0,700.42857142857144481,103.25,0,'','2025-06-01T10:13:00.000Z','0.1.0');
INSERT INTO recognition_trials VALUES('P09','P09-words-1','words','5b6168627ce2a10efe28a3871025f7999c97d6bdadb68b0ba477f005b747b947','13',4,1,0,0,'audio','cochlea-modulation','cochleagram','rain-4','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',0.9739999999999999769,NULL,'rain','rain',1,700.5714285714285552,104.25,0,'','2025-06-01T10:14:00.000Z','0.1.0');
CREATE TABLE run_ends (
    run_id INTEGER NOT NULL PRIMARY KEY REFERENCES runs (run_id),
    ended_at TEXT NOT NULL CHECK (ended_at <> ''),
    sound_json TEXT NOT NULL
);
INSERT INTO run_ends VALUES(2,'2026-11-29T00:56:10.994Z','');
INSERT INTO run_ends VALUES(5,'2026-11-29T00:56:11.154Z','{"device":"ALSA: default","underruns":1}');
INSERT INTO run_ends VALUES(7,'2026-11-29T08:24:36.594Z','');
INSERT INTO run_ends VALUES(8,'2026-11-30T01:03:57.551Z','');
INSERT INTO run_ends VALUES(9,'2026-11-30T04:00:09.035Z','');
CREATE TABLE row_hashes (
    entry INTEGER PRIMARY KEY,
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    session_id TEXT NOT NULL,
    trial_index INTEGER,
    columns INTEGER NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO row_hashes VALUES(1,'sessions',1,'P07-image-demo-1',NULL,18,'8cd91cd7e3262d02ec65adb8d49321a11a8406d3599363e4b44e2cb41a45f647');
INSERT INTO row_hashes VALUES(2,'sessions',2,'Zoë-日本 "x"-1',NULL,18,'1a95901cf9fd8908b9a34ee91a5d80b36a3e0a5ce56b4b85f17aba3148269c06');
INSERT INTO row_hashes VALUES(3,'sessions',3,'P08-image-demo-1',NULL,18,'dc49550a78fac7fdf7905745b7faccf0a4287b3bfadd305e58f730708c0c5416');
INSERT INTO row_hashes VALUES(4,'sessions',4,'P07-pairs-1',NULL,18,'97107bbafdbba073c5e78e69a2157c89287b8888d2d080b0cddb4ff73db37581');
INSERT INTO row_hashes VALUES(5,'sessions',5,'P09-audio-demo-1',NULL,18,'b1b6d11d5e55eb8ad8ad0b38b47292abbd8e13ff7384a50adb38cc3c6aae760c');
INSERT INTO row_hashes VALUES(6,'sessions',6,'P09-words-1',NULL,18,'77d67d5f9b0d9b401a69379c25e35e522beba13873830f2449a56f671e0bda99');
INSERT INTO row_hashes VALUES(7,'runs',1,'P07-image-demo-1',NULL,11,'446040741c564aed0b8460c031500580f2b1ab17aaa7d2210e257bf5b611af60');
INSERT INTO row_hashes VALUES(8,'runs',2,'P07-image-demo-1',NULL,11,'fdaf6c15c3cb9c57fdf6e5e3fe9dc8b71dced3db4dd96d1297cd7abbdf74fc6a');
INSERT INTO row_hashes VALUES(9,'runs',3,'Zoë-日本 "x"-1',NULL,11,'c1e80285c60b825ed43742ba60db4b5643936e9f16ea388a15d70fa5e52f0cdb');
INSERT INTO row_hashes VALUES(10,'runs',4,'P07-pairs-1',NULL,11,'918908fac2ee41b4fd27dcbef42b80f6ba47930a35fb7ebd161fc33f11edf132');
INSERT INTO row_hashes VALUES(11,'runs',5,'P09-audio-demo-1',NULL,11,'99b6918919d61977263b11b1e927561e43e838c98edbbd70d79dad4a2d151107');
INSERT INTO row_hashes VALUES(12,'runs',6,'P09-words-1',NULL,11,'d12c151fbbeefd5690940baf43ae14930c36df14e9abf7eafb5ca95b35d21efb');
INSERT INTO row_hashes VALUES(13,'trials',1,'P07-image-demo-1',0,38,'320a9c32738bb2cb7d5983f8da9f5e3e1401e3421850ebac845a2a51c72bc4e9');
INSERT INTO row_hashes VALUES(14,'trials',2,'P07-image-demo-1',1,38,'a67e5b9ba35a15d103bdf51f520b1f7a4762d1653175cb9d46a21db57346cf90');
INSERT INTO row_hashes VALUES(15,'trials',3,'P07-image-demo-1',2,38,'758bd12c93674f7c67c5945c9ce34f56bf41bc52d93f3a7c25e1f36597fcd96c');
INSERT INTO row_hashes VALUES(16,'trials',4,'P07-image-demo-1',3,38,'1ae9c3ca14e510955ae42b150b3aa026cbb58f2e35fe8cf8d603fa72da846ccc');
INSERT INTO row_hashes VALUES(17,'trials',5,'P07-image-demo-1',4,38,'988c60fb599d1d866dba6d88a62dc5fe070bac9a1df99659dc599432371c6b99');
INSERT INTO row_hashes VALUES(18,'trials',6,'P07-image-demo-1',5,38,'2e08722e1a1e428d38d55132952490013acfda8b4979315186f35454d56fed1c');
INSERT INTO row_hashes VALUES(19,'trials',7,'Zoë-日本 "x"-1',0,38,'4e046b2faf93842f98fd6a7e8efce4e6ffba3a2133b337c1b6a3204735c80a0c');
INSERT INTO row_hashes VALUES(20,'trials',8,'P07-pairs-1',0,38,'8211173bcc5d3e074c30eb962f98b211b5ae932373d7be001543dd656d759efb');
INSERT INTO row_hashes VALUES(21,'trials',9,'P07-pairs-1',1,38,'f5fb30d5f92fc4bb713ae40c053007e469a2d027393baeeaef5e06223fe3f2ad');
INSERT INTO row_hashes VALUES(22,'trials',10,'P07-pairs-1',2,38,'a6f93617219e63ab0bf05e71e50989d9728249af141bfa3e4672ac284318d8f2');
INSERT INTO row_hashes VALUES(23,'trials',11,'P07-pairs-1',3,38,'e57394ce096d5d42f30d6d635567c6b269370f7c0f6d14c6043daba2cb9c9fd2');
INSERT INTO row_hashes VALUES(24,'trials',12,'P09-audio-demo-1',0,38,'43566fda0ebde17b9e579d5b437f10d99841ac041704b966ca690b0ce80f2ef8');
INSERT INTO row_hashes VALUES(25,'trials',13,'P09-audio-demo-1',1,38,'9d2ead31fbd958af78599753323b94f22ae772a02c3e1fbdad99004efb770588');
INSERT INTO row_hashes VALUES(26,'trials',14,'P09-audio-demo-1',2,38,'191fd05de2ef6568fa05efa5488cd1de36b182aff36d72e05512294f224d31ad');
INSERT INTO row_hashes VALUES(27,'recognition_trials',1,'P09-words-1',0,26,'33ab5f14edc87e5762d3d5d649be0021a2936a6cd936e973fecffc087817b0a0');
INSERT INTO row_hashes VALUES(28,'recognition_trials',2,'P09-words-1',1,26,'be7e25821fe49abaacdb747db439c47ababaa2532fb22c50ad03e13a85f21cfa');
INSERT INTO row_hashes VALUES(29,'recognition_trials',3,'P09-words-1',2,26,'620ee8720909638f3dc70978536ccf50492c8facdd35158439d24ba346f8598d');
INSERT INTO row_hashes VALUES(30,'recognition_trials',4,'P09-words-1',3,26,'cd2fbabd48c6296935bb66aaef01f988f1562ab9be5a23895c2c966bafed1bbe');
INSERT INTO row_hashes VALUES(31,'recognition_trials',5,'P09-words-1',4,26,'a9bd2c1cd94f09adfba15e9ecd98df5641922fb7b6f57da88cb1dcb544b0fa5c');
INSERT INTO row_hashes VALUES(32,'run_ends',2,'P07-image-demo-1',NULL,3,'fff7a340f8c5670338ba300c7145fa2d2d9c51abc72b13c57d0199bce9df4f67');
INSERT INTO row_hashes VALUES(33,'run_ends',5,'P09-audio-demo-1',NULL,3,'91e787e9a14012bfd3ace835d473cddb400351f07164d7963a363218e4cd1917');
INSERT INTO row_hashes VALUES(34,'session_ends',1,'P07-image-demo-1',NULL,2,'b704a3e76aa8a4210cc21e4e4486fae3b4d1e06a6edbba15fbbd74437d6156ba');
INSERT INTO row_hashes VALUES(35,'sessions',7,'P11-image-demo-1',NULL,18,'d08b80694e3cb10c93a35dad03f8af5221b2defbf25ae2d80d39a91c491ab0c9');
INSERT INTO row_hashes VALUES(36,'runs',7,'P11-image-demo-1',NULL,11,'35b9a51351250f079ea7b5703597d132b124e747715273e02e22c50ca7ad4008');
INSERT INTO row_hashes VALUES(37,'trials',15,'P11-image-demo-1',0,38,'ff191f83d1a134d3c57e2d41f6f90a310d0c85e7ced8886d7bdb21969c783ea8');
INSERT INTO row_hashes VALUES(38,'trials',16,'P11-image-demo-1',1,38,'bb9e6bd01ca095b8a6c227403696a418887a83426c56046e132d38cbe1f5576b');
INSERT INTO row_hashes VALUES(39,'trials',17,'P11-image-demo-1',2,38,'dc3d4e894917f290e0a8efaccfc80759deca6f00ed1da13fc304b786a674fc21');
INSERT INTO row_hashes VALUES(40,'run_ends',7,'P11-image-demo-1',NULL,3,'3a7d5a936b087e87c2384a3397aaf0fa71ddfff8e1d1d05285c15af5352fb8d7');
INSERT INTO row_hashes VALUES(41,'sessions',8,'P12-whole-1',NULL,18,'b5c78185e7ef1c8b965029888fc43d36718955d7d1a083c62f5c2635f3d85cb9');
INSERT INTO row_hashes VALUES(42,'runs',8,'P12-whole-1',NULL,11,'198e5dfdcadd48a14ed089a6463408f1cdd4a0ec68f9d79707c0ee8861d95c79');
INSERT INTO row_hashes VALUES(43,'trials',18,'P12-whole-1',0,40,'1bc25a883123baca65345fd4efb632202b1096e0a9c23404089e1efac56cc7a3');
INSERT INTO row_hashes VALUES(44,'trials',19,'P12-whole-1',1,40,'d7fa75b79cea40ed9f70c4a7a90767a709484c3616cf27d0b70581592738823c');
INSERT INTO row_hashes VALUES(45,'trials',20,'P12-whole-1',2,40,'6308c0de069dfae39fdd318842e7905e37777b24d233fa2860f0b805e63c5550');
INSERT INTO row_hashes VALUES(46,'trials',21,'P12-whole-1',3,40,'1911e6d7a1bf9b1db76bdde1be722007a7c76b6e822e488c637e5e231b96b5e1');
INSERT INTO row_hashes VALUES(47,'trials',22,'P12-whole-1',4,40,'ac7136141a8be9578445e04594f81c7e42634db559402931e94099b6358690ae');
INSERT INTO row_hashes VALUES(48,'trials',23,'P12-whole-1',5,40,'ed7c9806820910cff13cb59dcf1898fe466746976a9c3626f3cba046c8292a1f');
INSERT INTO row_hashes VALUES(49,'trials',24,'P12-whole-1',6,40,'7519d2dc515bdbd2305f58a08708b487b2fd12e90889af296c1f68c6f01d4f5a');
INSERT INTO row_hashes VALUES(50,'session_ends',2,'P12-whole-1',NULL,2,'80891a4dbb925c1307e93a3fe44acc49ee51f7e42c83b16f89694cce034420b3');
INSERT INTO row_hashes VALUES(51,'run_ends',8,'P12-whole-1',NULL,3,'cd35ed43e6f88f66ef0fa2d679e7bdf389ab505ff2cca677cac4bfec12a2a88e');
INSERT INTO row_hashes VALUES(52,'sessions',9,'P13-distortions-1',NULL,18,'6de46d4d9475befe49b9135ea35350df1107b1aeb99b9b1a658a49039f291a6e');
INSERT INTO row_hashes VALUES(53,'runs',9,'P13-distortions-1',NULL,11,'bd0eff90c71133646f1be8a0ec0a26141882e2ce7158f715d0b086a4cf124bf8');
INSERT INTO row_hashes VALUES(54,'trials',25,'P13-distortions-1',0,41,'f96a10fbbc68e4a9bdd8efe3c58f1a5980a0ab087ef33d98e4b423243258f90a');
INSERT INTO row_hashes VALUES(55,'trials',26,'P13-distortions-1',1,41,'a60189f1929790e598148e31c0c8cf1d4a9895418952a25dc7a4170291de59a1');
INSERT INTO row_hashes VALUES(56,'trials',27,'P13-distortions-1',2,41,'b37e45d541d557a8e43b050c567d0dd011bb2742e118f579f377734116332571');
INSERT INTO row_hashes VALUES(57,'trials',28,'P13-distortions-1',3,41,'7e0ad0d7a06b77f7cb45f1014bcd8948710e8b33df2f947646c557cd242b7804');
INSERT INTO row_hashes VALUES(58,'trials',29,'P13-distortions-1',4,41,'4643a687e70dd11ffa0450a094b0a6b42dd1b342e505908a2ab4669a1aea28bb');
INSERT INTO row_hashes VALUES(59,'session_ends',3,'P13-distortions-1',NULL,2,'10884102a5bf64990ed8f728c98e7368bfcf88811b98de4aa0ce72650c713839');
INSERT INTO row_hashes VALUES(60,'run_ends',9,'P13-distortions-1',NULL,3,'5188da12df1caf206d75af1b604c4158147abe96dde058c2d047ff40ddba99e8');
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
CREATE TRIGGER row_hashes_no_UPDATE BEFORE UPDATE ON row_hashes BEGIN SELECT RAISE(ABORT, 'rows of row_hashes are never changed or deleted'); END;
CREATE TRIGGER row_hashes_no_DELETE BEFORE DELETE ON row_hashes BEGIN SELECT RAISE(ABORT, 'rows of row_hashes are never changed or deleted'); END;
PRAGMA application_id = 1296851298;
PRAGMA user_version = 8;
COMMIT;
