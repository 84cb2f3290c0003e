"""Results as DICOM objects beside their film, and stored ones read back.

A film that was read from a DICOM file gets, in its own patient and study and in new series: a structured report
(TID 1500, Comprehensive SR), a colour secondary capture of the overlay, and a parametric map of the heatmap of every
finding. They carry the patient and the study of the film, as such objects do by their nature: whoever asks for them
asks for that.

The same film, bundle, settings and program give the same bytes. No clock is read: dates are those of the film, see
``source.SourceHeader.moment``, and every UID is derived, see ``identity``.

Writing needs highdicom (the extra ``dicom-results``), reading back does not. Which object is for which viewer:
``parametric_map``.
"""
