r"""COVID19 against NORMAL with MobileNetV2, first its head, then its last layers too.

python -m training train covid_mobilenetv2 --data SOURCE --out runs/covid_mobilenetv2 [--ignore-other-labels]

Source: the MobileNetV2 article among those that this project reproduces. Issue 3 gives its network, phases, optimisers
and rates, which are those of TensorFlow's tutorial "Transfer learning and fine-tuning"
(tensorflow.org/tutorials/images/transfer_learning). What the issue leaves open is taken from there: values from -1 to
1, random mirroring, rotation by up to 0.2 of a turn with a reflected border, batch normalisation on its moving averages
in both phases, batches of 32, layers counted within the backbone.
Expected: the article reports an accuracy of 0.978 for COVID19 against NORMAL. Here, on all films of cxr224 with
these labels, the head alone came to 0.852 of the val films and the whole to 0.946; of the test films, which are of
other patients, 0.937 [0.922, 0.951] (AUC 0.985; COVID19 recall 0.887, NORMAL 1.000 of children's and 0.954 of adults'
films: part of it is age). Its quickest epochs took 66 to 82 s on 2 CPU cores, beside other work.
Parameters: 2,259,265 in all; 1,281 trainable in the first phase, 1,862,721 in the second.
"""

from __future__ import annotations

from training.geometry import Geometry
from training.published import published_card, stretched
from training.recipe import Architecture, Head, Phase, Recipe

RECIPE = Recipe(
    name="covid_mobilenetv2",
    description="MobileNetV2 at 256 x 256, COVID19 against NORMAL: its head, then from layer 100 on",
    findings=("NORMAL", "COVID19"),
    aliases=(("COVID", "COVID19"), ("COVID_19", "COVID19")),
    input=stretched(256, -1.0, 1.0),
    architecture=Architecture(
        backbone="MobileNetV2", head=Head("global-average", dropout=0.2, logits=1), batch_norm_statistics="moving"
    ),
    phases=(
        Phase(epochs=10, learning_rate=1e-4, optimiser="adam", schedule="constant", frozen="backbone"),
        Phase(epochs=10, learning_rate=1e-5, optimiser="rmsprop", schedule="constant", frozen=100),
    ),
    cells=(),
    augmentation=None,
    geometry=Geometry(rotation=72.0, flip=True, border="reflected"),
    batch_size=32,
    label_smoothing=0.0,
    average_decay=0.0,
    keep="last",
    seed=20,
    expected=(
        "The article reports an accuracy of 0.978 for COVID19 against NORMAL. On all films of cxr224 with these labels "
        "one run gave 0.937 [0.922, 0.951] and an AUC of 0.985 on the 1,169 test films."
    ),
    card=published_card("COVID19 or NORMAL"),
)
