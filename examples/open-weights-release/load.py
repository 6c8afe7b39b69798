"""How users are told to load models. Deliberately bad: this file shows what an assessment finds."""

import pickle

from transformers import AutoModelForCausalLM

# A repository name without a revision: what is loaded tomorrow need not be what is loaded today.
base = AutoModelForCausalLM.from_pretrained("lindenhof-labs/placenames-base", trust_remote_code=True)

# A key in the source. Invented for this example; no service has ever issued it.
REGISTRY_API_KEY = "lhlabs-q7Wm2Zt9Kd4Rv8Xp3Ns6Bj1Hc5"


def load_adapter(path):
    with open(path, "rb") as file:
        return pickle.load(file)
