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
INSERT INTO "analysis" VALUES('90ce87b468373e20cc4b2ea69e60e0c687a561e88d9def3427531c99f5945265','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss','ok','','COVID19','2026-01-02T03:04:05.678+00:00','{"format_version": 1, "path": "/films/one.png", "sha256": "90ce87b468373e20cc4b2ea69e60e0c687a561e88d9def3427531c99f5945265", "status": "ok", "model": {"name": "mobilenetv2-cxr", "version": "0.1.0", "sha256": "ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12"}, "engine": "litert", "program_version": "0.1.0", "milliseconds": 35.21, "analysed_at": "2026-01-02T03:04:05.678+00:00", "prediction": {"findings": ["COVID19", "NORMAL", "PNEUMONIA"], "logits": {"shape": [3], "float32": "a56CQASQo8ANEVY/"}, "probabilities": {"shape": [3], "float32": "SWF2P5RUzTjUhBk9"}, "features": {"shape": [16], "float32": "B4ZeP5IIFT/wYCE9gMbAPVIWqj7Qwt0+yQgfPzZG9T5Skoc+mJIjPrMAMT8/DTw/AOQFPeDM6D0kfec+Dk/IPg=="}, "predicted": "COVID19", "flagged": ["COVID19"]}, "heatmaps": [{"finding": "COVID19", "grid": {"shape": [7, 7], "float32": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="}, "placement": {"top": 0.0, "left": 0.0, "height": 120.0, "width": 100.0, "radiograph_height": 120, "radiograph_width": 100, "input_height": 224, "input_width": 224}}, {"finding": "NORMAL", "grid": {"shape": [7, 7], "float32": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAKBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="}, "placement": {"top": 0.0, "left": 0.0, "height": 120.0, "width": 100.0, "radiograph_height": 120, "radiograph_width": 100, "input_height": 224, "input_width": 224}}, {"finding": "PNEUMONIA", "grid": {"shape": [7, 7], "float32": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAPBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="}, "placement": {"top": 0.0, "left": 0.0, "height": 120.0, "width": 100.0, "radiograph_height": 120, "radiograph_width": 100, "input_height": 224, "input_width": 224}}], "facts": {"format": "DICOM", "decoder": "pydicom", "width": 100, "height": 120, "bits": 12, "photometric": "MONOCHROME2", "modality": "DX", "view_position": "PA", "body_part": "CHEST", "transfer_syntax": "1.2.840.10008.1.2.1"}, "window": "LINEAR, centre 2050, width 2950 (CHEST)", "warnings": [], "code": "", "message": "", "patient": {"name": "DOE^JANE", "identifier": "MRN-12345", "birth_date": "19500102", "sex": "F", "age": "070Y"}}');
INSERT INTO "analysis" VALUES('cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss','refused','not-an-image',NULL,'2026-01-02T03:04:05+00:00','{"format_version": 1, "path": "/films/notes.txt", "sha256": "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc", "status": "refused", "model": {"name": "mobilenetv2-cxr", "version": "0.1.0", "sha256": "ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12"}, "engine": "litert", "program_version": "0.1.0", "milliseconds": 0.4, "analysed_at": "2026-01-02T03:04:05+00:00", "prediction": null, "heatmaps": [], "facts": null, "window": "", "warnings": [], "code": "not-an-image", "message": "expected an image, got text", "patient": null}');
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    bundle_sha256 TEXT NOT NULL,
    settings_sha256 TEXT NOT NULL,
    options TEXT NOT NULL            -- what to start the run with again, JSON
);
INSERT INTO "run" VALUES(1,'2026-11-22T16:58:16.234+00:00',NULL,'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss','{"model": "m", "engine": "litert"}');
INSERT INTO "run" VALUES(2,'2026-11-22T16:58:16.240+00:00','2026-11-22T16:58:16.240+00:00','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss','{"engine": "keras"}');
CREATE TABLE run_file (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,       -- in the order the user gave
    path BLOB NOT NULL,              -- as the file system spells it, which need not be valid text
    sha256 TEXT,                     -- NULL until it is done
    content TEXT,                    -- the analysis where the file could not be hashed, JSON
    PRIMARY KEY (run_id, position)
) WITHOUT ROWID;
INSERT INTO "run_file" VALUES(1,0,X'2F66696C6D732F6F6E652E706E67','90ce87b468373e20cc4b2ea69e60e0c687a561e88d9def3427531c99f5945265',NULL);
INSERT INTO "run_file" VALUES(1,1,X'2F66696C6D732F6E6F7465732E747874','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc',NULL);
INSERT INTO "run_file" VALUES(1,2,X'2F66696C6D732FFF2E706E67',NULL,'{"format_version": 1, "path": "/films/\udcff.png", "sha256": "", "status": "error", "model": {"name": "m", "version": "1.0.0", "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}, "engine": "litert", "program_version": "0.1.0", "milliseconds": 1.0, "analysed_at": "2026-01-01T00:00:00+00:00", "prediction": null, "heatmaps": [], "facts": null, "window": "", "warnings": [], "code": "missing", "message": "why", "patient": null}');
INSERT INTO "run_file" VALUES(1,3,X'2F66696C6D732F6C617465722E706E67',NULL,NULL);
INSERT INTO "run_file" VALUES(2,0,X'2F66696C6D732F6F6E652E706E67','90ce87b468373e20cc4b2ea69e60e0c687a561e88d9def3427531c99f5945265',NULL);
CREATE INDEX run_file_pending ON run_file (run_id, position) WHERE sha256 IS NULL AND content IS NULL;
COMMIT;
PRAGMA user_version = 1;
