"""Small repositories that a workflow judges in seconds, and the workflow of a team that calls the actions itself."""

from __future__ import annotations

import json
import random
import sys

from tests.hosts.github.rig import KIT, pins

CONFIG = f"""\
schema = 1
profile = "starter"
[model]
name = "NAME"
task = "binary-classification"
command = "python train.py"
artifact = "build/model.joblib"
[data]
contract = "contract.json"
target = "y"
train = "train.csv"
test = "test.csv"
[environment]
current = true
python = "{sys.version_info.major}.{sys.version_info.minor}"
[checks.MQ001]
metric = "roc_auc"
minimum = MINIMUM
[checks.MQ003]
level = "off"
[checks.MQ010]
level = "off"
[checks.RP003]
level = "off"
"""
TRAIN = """\
from pathlib import Path

import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression

table = pd.read_csv("train.csv")
Path("build").mkdir(exist_ok=True)
joblib.dump(LogisticRegression(random_state=0).fit(table.drop(columns="y"), table["y"]), "build/model.joblib")
"""
WORKFLOW = """\
name: model
on: [push]
permissions: {contents: read}
jobs:
  judge:
    runs-on: ubuntu-latest
    outputs:
      artifact: ${{ steps.hand-over.outputs.artifact }}
      manifest: ${{ steps.integration.outputs.manifest }}
      headline: ${{ steps.integration.outputs.headline }}
    steps:
      - uses: CHECKOUT
      - id: setup
        uses: KIT/setup@v1
        with: {kit: installed, working-directory: FOLDER}
      - id: integration
        uses: KIT/integration@v1
        with: {working-directory: FOLDER, model-secrets: "${{ secrets.MODEL_SECRETS }}"}
      - id: hand-over
        if: ${{ !cancelled() && steps.setup.outcome == 'success' }}
        uses: KIT/hand-over@v1
        with:
          model: ${{ steps.setup.outputs.model }}
          working-directory: FOLDER
          after: integration
          environments-key: ${{ steps.setup.outputs.environments-key }}
          results-key: ${{ steps.setup.outputs.results-key }}
          history-key: ${{ steps.setup.outputs.history-key }}
  between:
    needs: judge
    runs-on: ubuntu-latest
    steps:
      - id: tamper
        run: "TAMPER"
  later:
    needs: [judge, between]
    runs-on: ubuntu-latest
    steps:
      - uses: CHECKOUT
      - uses: KIT/setup@v1
        with: {kit: installed, working-directory: FOLDER}
      - id: take-over
        uses: KIT/take-over@v1
        with:
          artifact: ${{ needs.judge.outputs.artifact }}
          manifest: ${{ needs.judge.outputs.manifest }}
          working-directory: FOLDER
      - id: told
        run: printf 'told %s\\n' "$HEADLINE"
        env: {HEADLINE: "${{ needs.judge.outputs.headline }}"}
"""


def table(rows, seed):
    draw = random.Random(seed)  # noqa: S311 - made data
    lines = ["x,z,y"]
    for _ in range(rows):
        x, z = draw.gauss(0, 1), draw.gauss(0, 1)
        lines.append(f"{x:.4f},{z:.4f},{int(x + z + draw.gauss(0, 0.5) > 0)}")
    return "\n".join(lines) + "\n"


def lay(folder, *, name="small", minimum=0.7, train=TRAIN, config=""):
    """Write a project that passes integration; of a higher `minimum` it fails MQ001."""
    folder.mkdir(parents=True, exist_ok=True)
    contract = {
        "type": "object", "required": ["x", "z", "y"],
        "properties": {"x": {"type": "number"}, "z": {"type": "number"}, "y": {"type": "integer", "enum": [0, 1]}},
    }  # fmt: skip
    files = {
        "iddr.toml": CONFIG.replace("NAME", name).replace("MINIMUM", str(minimum)) + config,
        "train.py": train, "contract.json": json.dumps(contract), "train.csv": table(200, 1), "test.csv": table(400, 2),
        ".gitignore": "build/\n",
    }  # fmt: skip
    for path, text in files.items():
        (folder / path).write_text(text)


def own_workflow(*, folder=".", tamper=":"):
    """Return the workflow of a team that uses the actions one by one, in two jobs with something between them."""
    [checkout] = [pin for pin in pins() if pin.startswith("actions/checkout@")]
    text = WORKFLOW.replace("CHECKOUT", checkout).replace("KIT", f"{KIT.split('@')[0]}/.github/actions")
    return text.replace("FOLDER", json.dumps(folder)).replace('"TAMPER"', json.dumps(tamper))
