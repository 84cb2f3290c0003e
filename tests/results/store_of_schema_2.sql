BEGIN TRANSACTION;
CREATE TABLE analysis (
    sha256 TEXT NOT NULL,            -- of the file's bytes
    bundle_sha256 TEXT NOT NULL,
    settings_sha256 TEXT NOT NULL,   -- of all else that decides a result
    status TEXT NOT NULL,
    code TEXT NOT NULL,
    predicted TEXT,
    analysed_at TEXT NOT NULL,
    content TEXT NOT NULL,           -- the whole analysis, JSON
    PRIMARY KEY (sha256, bundle_sha256, settings_sha256)
) WITHOUT ROWID;
INSERT INTO "analysis" VALUES('6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss','ok','','PNEUMONIA','2026-01-01T00:00:01.000+00:00','{"format_version": 1, "path": "", "sha256": "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b", "status": "ok", "model": {"name": "m", "version": "1.0.0", "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}, "engine": "litert", "program_version": "0.1.0", "milliseconds": 4.2, "analysed_at": "2026-01-01T00:00:01.000+00:00", "prediction": {"findings": ["NORMAL", "PNEUMONIA", "COVID19"], "logits": {"shape": [3], "float32": "jl0TwL1/ZL6OXRPA"}, "probabilities": {"shape": [3], "float32": "zczMPc3MTD/NzMw9"}, "features": {"shape": [4], "float32": "AAAAAAAAAAAAAAAAAAAAAA=="}, "predicted": "PNEUMONIA", "flagged": ["PNEUMONIA"]}, "heatmaps": [], "facts": null, "window": "", "warnings": [], "code": "", "message": "", "patient": null}');
INSERT INTO "analysis" VALUES('d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss','refused','view',NULL,'2026-01-01T00:00:02.000+00:00','{"format_version": 1, "path": "", "sha256": "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35", "status": "refused", "model": {"name": "m", "version": "1.0.0", "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}, "engine": "litert", "program_version": "0.1.0", "milliseconds": 4.2, "analysed_at": "2026-01-01T00:00:02.000+00:00", "prediction": null, "heatmaps": [], "facts": null, "window": "", "warnings": [], "code": "view", "message": "lateral view", "patient": null}');
INSERT INTO "analysis" VALUES('ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss','ok','','NORMAL','2026-01-01T00:00:05.000+00:00','{"format_version": 1, "path": "", "sha256": "ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d", "status": "ok", "model": {"name": "m", "version": "1.0.0", "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}, "engine": "litert", "program_version": "0.1.0", "milliseconds": 4.2, "analysed_at": "2026-01-01T00:00:05.000+00:00", "prediction": {"findings": ["NORMAL", "PNEUMONIA", "COVID19"], "logits": {"shape": [3], "float32": "GZ62vhACzr+OXRPA"}, "probabilities": {"shape": [3], "float32": "MzMzP83MTD7NzMw9"}, "features": {"shape": [4], "float32": "AAAAAAAAAAAAAAAAAAAAAA=="}, "predicted": "NORMAL", "flagged": ["NORMAL"]}, "heatmaps": [], "facts": null, "window": "", "warnings": [], "code": "", "message": "", "patient": null}');
CREATE TABLE film (
    id INTEGER PRIMARY KEY,
    position INTEGER NOT NULL,       -- in the order of opening
    removed_at TEXT,                 -- NULL while it is listed; a removal can be undone
    status TEXT NOT NULL,            -- pending, ok, refused, error
    fresh INTEGER NOT NULL,          -- 1: to be analysed anew, not recalled, when it is pending
    uncertain INTEGER NOT NULL,
    warning_count INTEGER NOT NULL,
    predicted TEXT,
    analysed_at TEXT,
    added_at TEXT NOT NULL,
    sha256 TEXT,                     -- of the bytes that were analysed last; NULL until then
    bundle_sha256 TEXT,              -- with sha256 the key of its analysis
    settings_sha256 TEXT,
    name_order TEXT NOT NULL,        -- what names and folders are sorted by, see results.text_order
    folder_order TEXT NOT NULL,
    searched TEXT NOT NULL,          -- what the text of a filter is looked for in
    path BLOB NOT NULL UNIQUE,       -- as the file system spells it, which need not be valid text
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    flagged TEXT NOT NULL,           -- JSON list
    warnings TEXT NOT NULL,          -- JSON list
    content TEXT                     -- the analysis where the file could not be hashed, JSON
);
INSERT INTO "film" VALUES(1,0,NULL,'ok',0,0,0,'PNEUMONIA','2026-01-01T00:00:01.000+00:00','2026-11-22T21:08:23.883354+00:00','6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss','a.dcm','/films','/films/a.dcm',X'2F66696C6D732F612E64636D','','','["PNEUMONIA"]','[]',NULL);
INSERT INTO "film" VALUES(2,1,NULL,'refused',0,0,0,NULL,'2026-01-01T00:00:02.000+00:00','2026-11-22T21:08:23.883354+00:00','d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss','b.dcm','/films','/films/b.dcm',X'2F66696C6D732F622E64636D','view','lateral view','[]','[]',NULL);
INSERT INTO "film" VALUES(3,2,NULL,'error',0,0,0,NULL,'2026-01-01T00:00:00.000+00:00','2026-11-22T21:08:23.883354+00:00',NULL,'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss','c.dcm','/films','/films/c.dcm',X'2F66696C6D732F632E64636D','corrupt','the file ends too early','[]','[]','{"format_version": 1, "path": "", "sha256": "", "status": "error", "model": {"name": "m", "version": "1.0.0", "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}, "engine": "litert", "program_version": "0.1.0", "milliseconds": 4.2, "analysed_at": "2026-01-01T00:00:00.000+00:00", "prediction": null, "heatmaps": [], "facts": null, "window": "", "warnings": [], "code": "corrupt", "message": "the file ends too early", "patient": null}');
INSERT INTO "film" VALUES(4,3,NULL,'pending',0,0,0,NULL,NULL,'2026-11-22T21:08:23.883354+00:00',NULL,NULL,NULL,'d.dcm','/films','/films/d.dcm',X'2F66696C6D732F642E64636D','','','[]','[]',NULL);
CREATE TABLE film_label (
    sha256 TEXT PRIMARY KEY,         -- of the bytes: a label follows its film through renaming
    verdict TEXT NOT NULL,           -- agree, disagree
    predicted TEXT,                  -- what the person saw when they said so
    finding TEXT,                    -- theirs
    note TEXT NOT NULL,
    author TEXT NOT NULL,
    labelled_at TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "film_label" VALUES('6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b','agree','PNEUMONIA','PNEUMONIA','','','2026-11-22T21:08:23.884+00:00');
CREATE TABLE film_probability (
    film_id INTEGER NOT NULL REFERENCES film (id) ON DELETE CASCADE,
    finding_id INTEGER NOT NULL REFERENCES finding (id),
    probability REAL NOT NULL,
    PRIMARY KEY (film_id, finding_id)
) WITHOUT ROWID;
INSERT INTO "film_probability" VALUES(1,1,0.1);
INSERT INTO "film_probability" VALUES(1,2,0.8);
INSERT INTO "film_probability" VALUES(1,3,0.1);
CREATE TABLE finding (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
INSERT INTO "finding" VALUES(1,'NORMAL');
INSERT INTO "finding" VALUES(2,'PNEUMONIA');
INSERT INTO "finding" VALUES(3,'COVID19');
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    bundle_sha256 TEXT NOT NULL,
    settings_sha256 TEXT NOT NULL,
    options TEXT NOT NULL            -- what to start the run with again, JSON
);
INSERT INTO "run" VALUES(1,'2026-11-22T21:08:23.884+00:00',NULL,'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss','{"model": "m", "engine": "litert"}');
CREATE TABLE run_file (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,       -- in the order the user gave
    path BLOB NOT NULL,              -- as the file system spells it, which need not be valid text
    sha256 TEXT,                     -- NULL until it is done
    content TEXT,                    -- the analysis where the file could not be hashed, JSON
    PRIMARY KEY (run_id, position)
) WITHOUT ROWID;
INSERT INTO "run_file" VALUES(1,0,X'2F66696C6D732F612E64636D','6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b',NULL);
INSERT INTO "run_file" VALUES(1,1,X'2F66696C6D732F652E64636D','ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d',NULL);
INSERT INTO "run_file" VALUES(1,2,X'2F66696C6D732F676F6E652E64636D',NULL,'{"format_version": 1, "path": "", "sha256": "", "status": "error", "model": {"name": "m", "version": "1.0.0", "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}, "engine": "litert", "program_version": "0.1.0", "milliseconds": 4.2, "analysed_at": "2026-01-01T00:00:00.000+00:00", "prediction": null, "heatmaps": [], "facts": null, "window": "", "warnings": [], "code": "missing", "message": "the file ends too early", "patient": null}');
INSERT INTO "run_file" VALUES(1,3,X'2F66696C6D732F6C617465722E64636D',NULL,NULL);
CREATE INDEX run_file_pending ON run_file (run_id, position) WHERE sha256 IS NULL AND content IS NULL;
CREATE INDEX film_by_position ON film (position, removed_at);
CREATE INDEX film_by_name ON film (name_order, position) WHERE removed_at IS NULL;
CREATE INDEX film_by_folder ON film (folder_order, position) WHERE removed_at IS NULL;
CREATE INDEX film_by_status ON film (status, position) WHERE removed_at IS NULL;
CREATE INDEX film_by_finding ON film (predicted, position) WHERE removed_at IS NULL;
CREATE INDEX film_by_uncertain ON film (uncertain, position) WHERE removed_at IS NULL;
CREATE INDEX film_by_warnings ON film (warning_count, position) WHERE removed_at IS NULL;
CREATE INDEX film_by_time ON film (analysed_at, position) WHERE removed_at IS NULL;
CREATE INDEX film_by_content ON film (sha256);
CREATE INDEX film_removed ON film (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX film_probability_by_value ON film_probability (finding_id, probability, film_id);
COMMIT;
PRAGMA user_version = 2;
