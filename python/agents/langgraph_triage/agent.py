"""Sorts messages of customers with a LangGraph graph: a model classifies, the graph decides what happens."""

from __future__ import annotations

from typing import Any, TypedDict

from langchain_core.messages import HumanMessage
from langgraph.graph import END, START, StateGraph
from offline_model import OfflineTriageModel

from agent_platform import BaseAgent, NonRetryable, Output

SAMPLE = [
    "The payment page is down and we lose orders, please help immediately",
    "How do I change the language of my invoices?",
    "Win a free cruise, click here",
    "Data of another customer is shown in my account",
    "Thank you, the new dashboard is great",
]


class Ticket(TypedDict, total=False):
    text: str
    category: str
    action: str
    reply: str


def build_graph(model: Any) -> Any:
    """classify ─▶ escalate | answer | archive, by what the model says."""

    def classify(ticket: Ticket) -> Ticket:
        answer = model.invoke([HumanMessage(ticket["text"])])
        return {"category": str(answer.content)}

    def escalate(_ticket: Ticket) -> Ticket:
        return {"action": "escalated", "reply": "Somebody is looking at this right now."}

    def answer(ticket: Ticket) -> Ticket:
        return {"action": "answered", "reply": f"Thank you for writing about: {ticket['text'][:60]}"}

    def archive(_ticket: Ticket) -> Ticket:
        return {"action": "archived"}

    graph = StateGraph(Ticket)
    for node in (classify, escalate, answer, archive):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "classify")
    routes = {"urgent": "escalate", "question": "answer", "noise": "archive"}
    graph.add_conditional_edges("classify", lambda ticket: ticket["category"], routes)
    for last in ("escalate", "answer", "archive"):
        graph.add_edge(last, END)
    return graph.compile()


MODEL = OfflineTriageModel()
GRAPH = build_graph(MODEL)


class LangGraphTriage(BaseAgent):
    name = "langgraph_triage"
    description = "Sorts messages of customers with LangGraph and an offline model; input `messages` replaces the sample"
    schedules = [{"cron": "0 6 * * *", "time_zone": "Europe/Madrid"}]
    concurrency = 2
    time_limit_seconds = 120
    memory_limit_mb = 768

    def run(self) -> Output:
        messages = messages_of(self.context.input)
        tickets = []
        for index, message in enumerate(messages):
            self.context.check_cancelled()
            tickets.append(GRAPH.invoke({"text": message}))
            self.context.usage(
                model=MODEL.model_name,
                input_tokens=len(message.split()),
                output_tokens=len(tickets[-1]["category"].split()),
            )
            self.context.progress(
                100 * (index + 1) / len(messages), f"{index + 1} of {len(messages)} messages"
            )
        return Output(metrics_of(tickets), result={"tickets": tickets})


def messages_of(input: dict[str, Any]) -> list[str]:
    messages = input.get("messages", SAMPLE)
    if not isinstance(messages, list) or not all(isinstance(message, str) for message in messages):
        raise NonRetryable("messages must be a list of texts")
    return messages


def metrics_of(tickets: list[Ticket]) -> dict[str, int]:
    actions = [ticket["action"] for ticket in tickets]
    counts = {action: actions.count(action) for action in ("escalated", "answered", "archived")}
    return {"tickets": len(tickets), **counts}
