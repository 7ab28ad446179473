"""The same loop on the openai SDK."""

import asyncio
import json
import os

from openai import AsyncOpenAI


async def main() -> None:
    with open(os.environ["ROWS"]) as file:
        rows = [json.loads(line) for line in file]
    gate = asyncio.Semaphore(int(os.environ["CONCURRENCY"]))
    client = AsyncOpenAI()

    async def score(row: dict) -> bool:
        async with gate:
            answer = await client.chat.completions.create(
                model="gpt-4o-mini", temperature=0, max_tokens=16,
                messages=[{"role": "system", "content": "You are concise."}, {"role": "user", "content": row["input"]}],
            )
        return answer.choices[0].message.content.strip() == row["target"]

    scores = await asyncio.gather(*map(score, rows))
    assert sum(scores) / len(scores) == 0.75


asyncio.run(main())
