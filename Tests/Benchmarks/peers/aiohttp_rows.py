"""The loop that a good engineer writes in an afternoon: aiohttp, a semaphore, exact match. Nothing is stored."""

import asyncio
import json
import os

import aiohttp


async def main() -> None:
    with open(os.environ["ROWS"]) as file:
        rows = [json.loads(line) for line in file]
    limit = int(os.environ["CONCURRENCY"])
    gate = asyncio.Semaphore(limit)
    url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=limit), headers={"Authorization": "Bearer x"}
    ) as session:

        async def score(row: dict) -> bool:
            messages = [{"role": "system", "content": "You are concise."}, {"role": "user", "content": row["input"]}]
            body = {"model": "gpt-4o-mini", "messages": messages, "temperature": 0, "max_tokens": 16}
            async with gate, session.post(url, json=body) as response:
                answer = await response.json()
            return answer["choices"][0]["message"]["content"].strip() == row["target"]

        scores = await asyncio.gather(*map(score, rows))
    assert sum(scores) / len(scores) == 0.75


asyncio.run(main())
