"""Where the lungs lie on a training film: a small segmenter that helps to train the classifier."""

from cxrviewer.inference.lung_mask import lung_mask
from training.lungs.segmenter import held_out_patients, lung_map

__all__ = ["held_out_patients", "lung_map", "lung_mask"]
