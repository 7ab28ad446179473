"""The same rows as a dataset of pydantic-evals, asked through the openai SDK."""

import asyncio
import json
import os

from openai import AsyncOpenAI
from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import EqualsExpected


async def main() -> None:
    with open(os.environ["ROWS"]) as file:
        rows = [json.loads(line) for line in file]
    client = AsyncOpenAI()

    async def ask(question: str) -> str:
        answer = await client.chat.completions.create(
            model="gpt-4o-mini", temperature=0, max_tokens=16,
            messages=[{"role": "system", "content": "You are concise."}, {"role": "user", "content": question}],
        )
        return answer.choices[0].message.content.strip()

    cases = [Case(inputs=row["input"], expected_output=row["target"]) for row in rows]
    dataset = Dataset(name="rows", cases=cases, evaluators=[EqualsExpected()])
    report = await dataset.evaluate(ask, max_concurrency=int(os.environ["CONCURRENCY"]), progress=False)
    assert sum(case.assertions["EqualsExpected"].value for case in report.cases) / len(rows) == 0.75


asyncio.run(main())
