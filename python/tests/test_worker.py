"""The worker as its parent sees it."""

from __future__ import annotations

import os
import signal
import tempfile
import time
import unittest
from pathlib import Path

from .worker_process import ANSWER_SECONDS, FIXTURES, WorkerProcess


class WorkerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.worker = WorkerProcess()
        self.addCleanup(self.worker.close)
        self.said_hello = self.worker.hello()

    def texts(self, messages, level):
        return [message["message"] for message in messages if message.get("level") == level]


class HelloTest(WorkerTest):
    def test_declares_every_agent_of_the_file(self) -> None:
        declared = {agent["name"]: agent for agent in self.said_hello["agents"]}

        self.assertEqual(self.said_hello["protocol"], 1)
        self.assertRegex(self.said_hello["program"], r"^agent_platform \d.*Python 3\.")
        self.assertEqual(
            declared["mi_agente"],
            {"name": "mi_agente", "description": "Un agente como los de siempre.", "schedules": []},
        )
        self.assertEqual(
            declared["talker"],
            {
                "name": "talker",
                "description": "",
                "concurrency": 2,
                "timeLimitMs": 1500,
                "schedules": [
                    {"cron": "*/5 * * * *", "timeZone": "Europe/Madrid", "input": {"a": 1}},
                    {"name": "b", "cron": "0 4 * * *"},
                ],
                "notifications": [{"name": "mail", "on": "failure", "emails": ["a@example.com"]}],
            },
        )

    def test_what_is_printed_while_loading_goes_to_standard_error(self) -> None:
        self.worker.close()
        self.assertEqual(self.worker.errors, ["printed while loading"])


class RunTest(WorkerTest):
    def test_a_flat_dict_is_metrics(self) -> None:
        self.worker.start_run("mi_agente", id="a:2")

        self.assertEqual(
            self.worker.next(),
            {
                "type": "result",
                "metrics": {"filas": 3, "ok": True, "ciudad": "Málaga"},
                "result": None,
                "id": "a:2",
            },
        )

    def test_the_context_tells_what_happens(self) -> None:
        self.worker.start_run("talker", {"x": [1]}, id="a:2")

        messages = self.worker.until("result")

        self.assertEqual({message.pop("id") for message in messages}, {"a:2"})
        self.assertIn({"type": "progress", "percent": 30, "message": "tercio — ✓"}, messages)
        self.assertEqual(messages[-2], {"type": "progress", "percent": 100})
        self.assertEqual(self.texts(messages, "info"), ["said"])
        self.assertEqual(self.texts(messages, "error"), ["bad ? half"])
        self.assertEqual(self.texts(messages, "warn"), ["shop: from logging"])
        self.assertIn({"type": "metric", "name": "early", "value": 1}, messages)
        usage = {"type": "usage", "model": "m", "input_tokens": 3, "output_tokens": 2, "cost_usd": 0.5}
        self.assertIn(usage, messages)
        self.assertEqual(messages[-1]["metrics"], {"attempt": 2})
        self.assertEqual(messages[-1]["result"], {"id": "a", "input": {"x": [1]}})

    def test_unicode_and_line_separators_survive(self) -> None:
        outcome = self.worker.outcome("returner", {"value": "unicode"})

        self.assertEqual(outcome["metrics"], {"texto": "ñ 😀 \u2028 fin"})
        self.assertEqual(outcome["result"], ["日本"])

    def test_a_key_called_result_is_a_metric(self) -> None:
        self.assertEqual(self.worker.outcome("returner", {"value": "result_key"})["metrics"], {"result": 5})

    def test_an_async_run(self) -> None:
        self.assertEqual(self.worker.outcome("async_waiter", {"seconds": 0})["metrics"], {"slept": 1})

    def test_a_loop_of_progress_floods_nobody_and_keeps_the_last(self) -> None:
        self.worker.start_run("flooder")

        messages = self.worker.until("result")

        self.assertLess(len(messages), 50)
        self.assertEqual((messages[-2]["percent"], messages[-2]["message"]), (100, "10000"))

    def test_the_cache_is_the_parents(self) -> None:
        self.worker.start_run("cacher")
        put = self.worker.next()
        self.worker.send(type="cache_reply", n=put["n"], value=None)
        get = self.worker.next()
        self.worker.send(type="cache_reply", n=get["n"], value={"v": 7}, error=None)
        delete = self.worker.next()
        self.worker.send(type="cache_reply", n=delete["n"], value=None)
        self.worker.send(type="cache_reply", n=self.worker.next()["n"], value=None)

        self.assertEqual((put["type"], put["value"], put["ttl_ms"]), ("cache_put", {"v": 1}, 1500))
        self.assertEqual([get["type"], delete["type"]], ["cache_get", "cache_delete"])
        self.assertEqual(self.worker.next()["metrics"], {"found": 7, "missing": True})

    def test_an_error_of_the_cache_is_an_error_of_the_agent(self) -> None:
        self.worker.start_run("cacher")
        self.worker.send(type="cache_reply", n=self.worker.next()["n"], value=None, error="no broker")

        outcome = self.worker.next()

        self.assertEqual((outcome["error_type"], outcome["message"]), ("CacheError", "no broker"))

    def test_5000_pipelined_runs(self) -> None:
        began = time.monotonic()
        for number in range(5000):
            self.worker.start_run("mi_agente", id=f"p{number}:1")

        ids = [self.worker.next()["id"] for _ in range(5000)]

        self.assertEqual(ids, [f"p{number}:1" for number in range(5000)])
        self.assertLess(time.monotonic() - began, 10)


class StrayOutputTest(WorkerTest):
    def test_no_print_is_a_message(self) -> None:
        self.worker.start_run("printer")

        messages = self.worker.until("result")
        self.worker.close()

        self.assertEqual({message["type"] for message in messages[:-1]}, {"log"})
        forged = '{"type":"result","id":"forged:1","metrics":{}}'
        self.assertEqual(self.texts(messages, "info"), [forged, "100 %", "begun"])
        self.assertEqual(self.texts(messages, "warn"), ["warned"])
        self.assertEqual(messages[-1]["metrics"], {"read": 0})
        for line in ("written to descriptor 1", "from a subprocess", "from sh"):
            self.assertIn(line, self.worker.errors)
        self.assertIn('{"type":"result","metrics":{"forged":1}}', self.worker.errors)

    def test_lines_of_threads_stay_whole(self) -> None:
        self.worker.start_run("thread_printer")

        messages = self.worker.until("result")

        expected = {f"thread {thread} line {line}" for thread in range(4) for line in range(50)}
        self.assertEqual(set(self.texts(messages, "info")), expected)

    def test_a_forked_process_neither_speaks_for_the_worker_nor_ignores_signals(self) -> None:
        self.worker.start_run("forker")

        messages = self.worker.until("result")

        self.assertEqual([message["type"] for message in messages], ["result"])
        self.assertEqual(messages[0]["metrics"], {"exit_code": -signal.SIGTERM})

    def test_a_thread_left_behind_says_nothing_of_a_run_that_is_over(self) -> None:
        self.worker.outcome("leaver")
        self.worker.start_run("async_waiter", {"seconds": 0.3}, id="next:1")

        messages = self.worker.until("result")

        self.assertEqual([message["id"] for message in messages], ["next:1"] * 2)


class FailureTest(WorkerTest):
    def test_an_exception(self) -> None:
        outcome = self.worker.outcome("raiser", {"kind": "value"})

        self.assertEqual(outcome["error_type"], "ValueError")
        self.assertEqual(outcome["message"], "no such shop: café ?")
        self.assertTrue(outcome["retryable"])
        self.assertIn("fixtures/agent.py", outcome["trace"])
        self.assertNotIn("execution.py", outcome["trace"])

    def test_every_way_to_raise_costs_one_attempt(self) -> None:
        expected = {
            "exit": ("SystemExit", "the agent called sys.exit(3)", True),
            "non_retryable": ("NonRetryable", "for good", False),
            "interrupt": ("KeyboardInterrupt", "", True),
            "unreadable": ("Unreadable", "(its message could not be read: RuntimeError)", True),
        }
        for kind, (error_type, message, retryable) in expected.items():
            with self.subTest(kind):
                outcome = self.worker.outcome("raiser", {"kind": kind})
                self.assertEqual(outcome["error_type"], error_type)
                self.assertEqual(outcome["message"], message)
                self.assertEqual(outcome["retryable"], retryable)
        self.assertEqual(self.worker.outcome("mi_agente")["type"], "result")

    def test_messages_and_traces_are_bounded(self) -> None:
        for kind in ("long", "recursion"):
            with self.subTest(kind):
                outcome = self.worker.outcome("raiser", {"kind": kind})
                self.assertEqual(outcome["type"], "error")
                self.assertLess(len(outcome["message"]), 5_000)
                self.assertLess(len(outcome["trace"]), 17_000)

    def test_what_can_not_be_stored_is_refused_by_name(self) -> None:
        expected = {
            "none": "run() must return a dict of metrics or an Output, not None",
            "list": "run() must return a dict of metrics or an Output, not list",
            "nan": "metric 'rate' must be a finite number, not nan",
            "infinite": "metric 'rate' must be a finite number, not -inf",
            "huge_int": "metric 'rate' must be a finite number, not 1000000000000000000000000000000000000000",
            "nested": "metric 'rate' must be a number, a bool or text, not dict",
            "none_metric": "metric 'rate' must be a number, a bool or text, not None",
            "bad_name": "the name of a metric must be a str, not int",
            "half": "metric 'text' must be well-formed text without NUL characters",
            "nul": "metric 'text' must be well-formed text without NUL characters",
            "long_text": "metric 'text' must be at most 8192 characters of text",
            "big": "the output of the run takes 1200",
            "not_json": "the output of the run is not JSON: Object of type set is not JSON serializable",
            "nan_result": "the output of the run is not JSON: Out of range float values are not JSON compliant",
            "half_result": "the output of the run has text that is not well-formed",
        }
        for value, message in expected.items():
            with self.subTest(value):
                outcome = self.worker.outcome("returner", {"value": value})
                self.assertEqual(outcome["type"], "error")
                self.assertEqual(outcome["message"][: len(message)], message)

    def test_an_agent_that_is_not_there(self) -> None:
        outcome = self.worker.outcome("nobody")

        self.assertEqual((outcome["error_type"], outcome["retryable"]), ("UnknownAgent", False))

    def test_a_crash_in_native_code_leaves_last_words(self) -> None:
        self.worker.start_run("crasher")

        self.assertEqual(self.worker.process.wait(ANSWER_SECONDS), -signal.SIGSEGV)
        self.worker.close()
        self.assertIn("Fatal Python error: Segmentation fault", self.worker.errors)

    def test_lines_that_are_no_messages_are_noted_and_skipped(self) -> None:
        self.worker.write('nonsense\n[1]\n\n{"type":"from_the_future"}\n{"type":"cache_reply","n":[]}\n')

        self.assertEqual(self.worker.outcome("mi_agente")["type"], "result")
        self.worker.close()
        self.assertEqual(len([line for line in self.worker.errors if "agent_platform" in line]), 3)


class CancelTest(WorkerTest):
    def test_agents_that_cooperate_end_at_once(self) -> None:
        for agent in ("waiter", "sleeper", "async_waiter"):
            with self.subTest(agent):
                self.worker.start_run(agent, id="c:1")
                self.worker.until("log")
                began = time.monotonic()
                self.worker.send(type="cancel", id="c:1", reason="timeout")
                outcome = self.worker.next()
                self.assertLess(time.monotonic() - began, 0.5)
                self.assertEqual((outcome["type"], outcome["error_type"]), ("error", "Cancelled"))

    def test_a_run_that_waits_is_not_started(self) -> None:
        self.worker.start_run("waiter", id="first:1")
        self.worker.start_run("mi_agente", id="second:1")
        self.worker.until("log")
        self.worker.send(type="cancel", id="second:1", reason="cancelled")
        self.worker.send(type="cancel", id="first:1", reason="cancelled")

        outcomes = [self.worker.next() for _ in range(2)]

        self.assertEqual([outcome["id"] for outcome in outcomes], ["first:1", "second:1"])
        self.assertEqual({outcome["error_type"] for outcome in outcomes}, {"Cancelled"})

    def test_a_cancel_of_another_run_is_ignored(self) -> None:
        self.worker.send(type="cancel", id="other:1", reason="cancelled")

        self.assertEqual(self.worker.outcome("mi_agente")["type"], "result")


class LifeTest(WorkerTest):
    def test_pings_are_answered_during_a_busy_loop(self) -> None:
        self.worker.start_run("stubborn")
        self.worker.until("log")
        began = time.monotonic()
        self.worker.send(type="ping", n=4)

        self.assertEqual(self.worker.next(), {"type": "pong", "n": 4})
        self.assertLess(time.monotonic() - began, 1)

    def test_the_end_of_its_input_ends_it_at_once(self) -> None:
        for input in ({}, {"sleep": True}):
            with self.subTest(input), WorkerProcess() as worker:
                worker.hello()
                worker.start_run("stubborn", input)
                worker.until("log")
                began = time.monotonic()
                worker.process.stdin.close()
                worker.process.wait(5)
                self.assertLess(time.monotonic() - began, 1)

    def test_it_ends_with_what_the_agent_has_started(self) -> None:
        self.worker.start_run("parent")
        started = int(self.worker.next()["message"])
        self.worker.close()

        deadline = time.monotonic() + 5
        while _is_alive(started) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertFalse(_is_alive(started))

    def test_a_worker_that_leads_no_group_ends_alone(self) -> None:
        with WorkerProcess(own_group=False) as worker:
            worker.hello()
            self.assertEqual(worker.close(), 0)

    def test_signals_leave_the_end_to_the_parent(self) -> None:
        self.worker.start_run("stubborn", {"seconds": 0.3})
        self.worker.until("log")
        os.kill(self.worker.process.pid, signal.SIGTERM)
        os.kill(self.worker.process.pid, signal.SIGINT)

        self.assertEqual(self.worker.next()["type"], "result")


class StartTest(unittest.TestCase):
    def refusal(self, target: str):
        with WorkerProcess(target) as worker:
            message = worker.next()
            self.assertEqual(worker.process.wait(ANSWER_SECONDS), 1)
            return message

    def test_what_can_not_be_loaded_is_said_with_file_and_reason(self) -> None:
        base = "from agent_platform import BaseAgent\n"
        agent = base + "class A(BaseAgent):\n    name = 'a'\n    "
        sources = {
            "import missing_package": "could not be loaded: ModuleNotFoundError: No module named 'missing_package'",
            "x = 1 +": "could not be loaded: SyntaxError",
            "import sys; sys.exit(4)": "could not be loaded: SystemExit: 4",
            base: "defines no class with a name that extends agent_platform.BaseAgent",
            base + "class A(BaseAgent):\n    name = 'A-1'": "A.name must be 1 to 100 characters",
            agent + "concurrency = 'two'": "A.concurrency must be a whole number, not 'two'",
            agent + "schedules = [{'cron': '* * * * *', 'tz': 'UTC'}]": "A.schedules[0] may have name, cron",
            agent + "schedules = [{}]": "A.schedules[0] must have exactly one of cron, every_ms and at",
            agent
            + "schedules = [{'cron': '* * * * *', 'at': 'now'}]": "A.schedules[0] must have exactly one of cron",
            agent + "schedules = [{'cron': 5}]": "A.schedules[0]['cron'] must be a cron expression, not 5",
            agent
            + "schedules = [{'every_ms': 1000, 'from': 5}]": "A.schedules[0]['from'] must be a text such as",
            agent + "input_schema = 'text'": "A.input_schema must be a dict with a JSON Schema or a pydantic",
            agent + "input_schema = {'x': object}": "A.input_schema must be JSON",
            agent + "time_limit_seconds = '1h'": "A.time_limit_seconds must be a number of seconds, not '1h'",
            agent + "\nclass B(BaseAgent):\n    name = 'a'": "A and B are both named a",
        }
        for source, reason in sources.items():
            with self.subTest(reason), tempfile.TemporaryDirectory() as folder:
                file = Path(folder).resolve() / "agent.py"
                file.write_text(source)
                message = self.refusal(folder)
                self.assertEqual((message["type"], message.get("id")), ("error", None))
                self.assertIn(str(file), message["message"])
                self.assertIn(reason, message["message"])

    def test_targets_that_do_not_exist(self) -> None:
        for target in (
            "/nowhere",
            "/nowhere/agent.py",
            "no.such.module:Agent",
            f"{FIXTURES}/agent.py:Missing",
        ):
            with self.subTest(target):
                self.assertIn(target.partition(":")[0], self.refusal(target)["message"])

    def test_a_class_of_its_own_kind_runs_by_name(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "old.py"
            file.write_text("class Old:\n    name = 'old'\n    def run(self):\n        return {'n': 1}\n")
            with WorkerProcess(f"{file}:Old") as worker:
                worker.hello()
                self.assertEqual(worker.outcome("old")["metrics"], {"n": 1})

    def test_neighbours_of_an_agent_can_be_imported(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for package in ("", "packaged"):
                home = Path(folder) / (package or "plain")
                home.mkdir()
                if package:
                    (home / "__init__.py").touch()
                (home / "prices.py").write_text("PRICE = 3\n")
                dot = "." if package else ""
                agent = "class A(BaseAgent):\n    name = 'a'\n    def run(self):\n        return {'price': PRICE}\n"
                head = f"from {dot}prices import PRICE\nfrom agent_platform import BaseAgent\n"
                (home / "agent.py").write_text(head + agent)
                with self.subTest(home.name), WorkerProcess(str(home)) as worker:
                    worker.hello()
                    self.assertEqual(worker.outcome("a")["metrics"], {"price": 3})


def _is_alive(pid: int) -> bool:
    """False for a zombie, whose parent is gone and whose new one has not noticed."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return _answers(pid) if not Path("/proc/self").exists() else False


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    unittest.main()
