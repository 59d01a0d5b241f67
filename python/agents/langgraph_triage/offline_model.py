"""A chat model that needs no network and always says the same of the same text."""

from __future__ import annotations

import re
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import SimpleChatModel
from langchain_core.messages import BaseMessage

WORDS = {
    "urgent": {"down", "immediately", "breach", "another", "lose", "outage", "broken"},
    "noise": {"win", "free", "click", "thank", "thanks", "unsubscribe"},
}


class OfflineTriageModel(SimpleChatModel):
    """Stands in for a hosted model: replace it by ``ChatOpenAI`` or ``ChatAnthropic`` and the graph stays as it is."""

    model_name: str = "offline-triage"

    @property
    def _llm_type(self) -> str:
        return self.model_name

    def _call(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> str:
        words = set(re.findall(r"[a-z]+", str(messages[-1].content).lower()))
        scores = {category: len(words & known) for category, known in WORDS.items()}
        best = max(scores, key=lambda category: scores[category])
        return best if scores[best] > 0 else "question"
