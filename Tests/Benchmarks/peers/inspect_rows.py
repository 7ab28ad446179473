"""The same rows as a task of inspect-ai."""

import os

from inspect_ai import Task, task
from inspect_ai.dataset import json_dataset
from inspect_ai.model import GenerateConfig
from inspect_ai.scorer import exact
from inspect_ai.solver import generate, system_message


@task
def rows() -> Task:
    return Task(
        dataset=json_dataset(os.environ["ROWS"]),
        solver=[system_message("You are concise."), generate()],
        scorer=exact(),
        config=GenerateConfig(temperature=0, max_tokens=16),
    )
