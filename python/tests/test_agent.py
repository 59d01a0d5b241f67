"""What authors meet: agents on their own, the run command, the registry and the installation."""

from __future__ import annotations

import contextlib
import decimal
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

import install
from agent_platform import BaseAgent, Cancelled, Output
from agent_platform.attempt import Attempt
from agent_platform.cache import MemoryCacheStore
from agent_platform.environments import Environment
from agent_platform.output import checked_metric, output_of
from agent_platform.registry import WORKER, Registry
from agent_platform.run_context import RunContext, detached_context

from .worker_process import FIXTURES, PYTHON


class Counter(BaseAgent):
    name = "counter"

    def run(self) -> dict:
        self.context.progress(50)
        self.context.cache.put("n", 1)
        return {"n": self.context.cache.get("n"), "of": self.context.input.get("of", 0)}


class AgentAloneTest(unittest.TestCase):
    def test_an_agent_runs_in_a_unit_test_of_its_author(self) -> None:
        self.assertEqual(Counter().run(), {"n": 1, "of": 0})

    def test_a_context_with_an_input_can_be_given(self) -> None:
        agent = Counter()
        agent.context = detached_context({"of": 4})
        self.assertEqual(agent.run()["of"], 4)

    def test_an_agent_without_run_says_so(self) -> None:
        with self.assertRaisesRegex(NotImplementedError, "BaseAgent has no run"):
            BaseAgent().run()


class OutputTest(unittest.TestCase):
    def test_metrics_are_stored_as_plain_values(self) -> None:
        self.assertEqual(checked_metric("d", decimal.Decimal("1.5")), 1.5)
        self.assertIs(checked_metric("b", True), True)
        self.assertEqual(output_of(Output(result=[1])).metrics, {})

    def test_too_many_metrics_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "1001 metrics; a run may have 1000"):
            output_of({str(number): number for number in range(1001)})


class ContextTest(unittest.TestCase):
    def setUp(self) -> None:
        self.sent = []
        self.attempt = Attempt("a:1", self.sent.append)
        self.context = RunContext(self.attempt, "a", 1, {}, MemoryCacheStore())

    def test_what_breaks_the_protocol_is_an_error_of_the_agent(self) -> None:
        calls = [
            (ValueError, lambda: self.context.usage("m", -1, 0)),
            (ValueError, lambda: self.context.usage("m", 1.5, 0)),
            (ValueError, lambda: self.context.usage("m", 1, 1, cost_usd=float("nan"))),
            (ValueError, lambda: self.context.progress(float("nan"))),
            (TypeError, lambda: self.context.metric("m", None)),
            (TypeError, lambda: self.context.cache.get(5)),
            (ValueError, lambda: self.context.cache.put("k", None)),
        ]
        for number, (error, call) in enumerate(calls):
            with self.subTest(number), self.assertRaises(error):
                call()
        self.assertEqual(self.sent, [])

    def test_long_log_messages_are_cut(self) -> None:
        self.context.log("x" * 20_000)
        self.assertEqual(self.sent[0]["message"][16_384:], "… (20000 characters)")

    def test_cancelled_is_seen_and_raised(self) -> None:
        self.context.check_cancelled()
        self.context.sleep(0)
        self.attempt.cancel("drain")
        self.attempt.cancel("timeout")
        self.assertTrue(self.context.cancelled)
        self.assertEqual(self.context.cancel_reason, "drain")
        with self.assertRaises(Cancelled):
            self.context.sleep(60)


class RunCommandTest(unittest.TestCase):
    def run_agent(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "agent_platform.run", *arguments]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PYTHON), "PYTHONUTF8": "1"}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    def test_it_prints_progress_metrics_and_result(self) -> None:
        done = self.run_agent(f"{FIXTURES}/agent.py:Talker", "--input", '{"x":1}')

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(" 30.0 %  tercio — ✓", done.stderr)
        output = json.loads(done.stdout)
        usage = {"usage_input_tokens": 3, "usage_output_tokens": 2, "usage_cost_usd": 0.5, "usage_calls": 1}
        self.assertEqual(output["metrics"], {"early": 1, "attempt": 1, **usage})
        self.assertEqual(output["result"]["input"], {"x": 1})

    def test_prints_of_the_agent_do_not_meet_the_output(self) -> None:
        done = self.run_agent(f"{FIXTURES}/agent.py:ThreadPrinter")
        self.assertEqual(json.loads(done.stdout)["metrics"], {"threads": 4})

    def test_a_failure_is_exit_code_1_with_its_trace(self) -> None:
        done = self.run_agent(f"{FIXTURES}/agent.py:Raiser", "--input", '{"kind":"non_retryable"}')
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("NonRetryable: for good", done.stderr)

    def test_a_time_limit_cancels(self) -> None:
        done = self.run_agent(f"{FIXTURES}/agent.py:Waiter", "--time-limit", "0.1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Cancelled: the attempt must end: timeout", done.stderr)

    def test_wrong_usage_is_exit_code_2(self) -> None:
        for arguments in (
            ["no_such_agent"],
            ["inventory_report", "--input", "[]"],
            ["inventory_report", "--input", "{"],
        ):
            with self.subTest(arguments):
                self.assertEqual(self.run_agent(*arguments).returncode, 2)

    def test_the_agent_that_the_project_ships(self) -> None:
        metrics = json.loads(self.run_agent("inventory_report").stdout)["metrics"]
        self.assertGreater(metrics["files_python"], 10)
        self.assertGreater(metrics["lines"], metrics["files"])


class FolderOfAgents(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def add(self, name: str, requirements: str = "", code: str = "") -> Path:
        agent = self.folder / name
        agent.mkdir()
        (agent / "agent.py").write_text(code)
        if requirements:
            (agent / "requirements.txt").write_text(requirements)
        return agent


class RegistryTest(FolderOfAgents):
    def test_folders_are_found_by_themselves(self) -> None:
        agent = self.add("one")
        (self.folder / "__pycache__").mkdir()
        (self.folder / "empty").mkdir()

        registry = Registry(self.folder)

        self.assertEqual([source.target for source in registry.sources], [str(agent)])
        self.assertEqual(registry.sources[0].command, [sys.executable, "-X", "utf8", str(WORKER), str(agent)])
        self.assertTrue(WORKER.is_file())
        self.assertEqual(registry.problems, [f"{self.folder}/empty has no agent.py"])

    def test_classes_elsewhere_are_a_line_each(self) -> None:
        self.add("one")
        file = self.folder / "registry.txt"
        file.write_text(
            "# comment\n\nshop.agents:Invoices # why\none/agent.py:A\nmissing.py:A\nno_class\na:B venv\na:B c d\n"
        )

        registry = Registry(self.folder)

        targets = [source.target for source in registry.sources[1:]]
        self.assertEqual(targets, ["shop.agents:Invoices", f"{self.folder}/one/agent.py:A"])
        starts = [problem.partition(": ")[0] for problem in registry.problems]
        self.assertEqual(starts, [f"{file}:{line}" for line in (5, 6, 7, 8)])

    def test_an_agent_whose_requirements_are_not_installed_is_a_problem_of_its_own(self) -> None:
        agent = self.add("heavy", "somepackage==1\n")
        self.add("light", "# nothing yet\n")

        registry = Registry(self.folder)

        self.assertEqual([Path(source.target).name for source in registry.sources], ["light"])
        self.assertIn(f"{agent}/requirements.txt is not installed", registry.problems[0])
        self.assertIn("python3 python/install.py heavy", registry.problems[0])

    def test_a_folder_that_is_not_there_is_a_problem(self) -> None:
        self.assertEqual(Registry(self.folder / "no").problems, [f"{self.folder}/no is no folder"])


class InstallTest(FolderOfAgents):
    def install(self, *arguments: str):
        output, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            code = install.main(["--agents", str(self.folder), *arguments])
        return code, output.getvalue(), errors.getvalue()

    def add_package(self) -> Path:
        """A package that pip installs without a registry and without a build tool: a wheel."""
        wheel = self.folder / "tiny_package-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("tiny_package.py", "VALUE = 7\n")
            info = "tiny_package-1.0.dist-info"
            archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-package\nVersion: 1.0\n")
            archive.writestr(
                f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr(f"{info}/RECORD", "")
        return wheel

    def test_requirements_are_installed_once_and_anew_when_they_change(self) -> None:
        wheel = self.add_package()
        code = "import tiny_package\nfrom agent_platform import BaseAgent\n"
        code += "class Tiny(BaseAgent):\n    name = 'tiny'\n    def run(self):\n        return {'v': tiny_package.VALUE}\n"
        agent = self.add("tiny", f"{wheel}\n", code)
        self.add("plain")

        first = self.install()
        second = self.install()

        self.assertEqual(first[0], 0, first)
        self.assertRegex(
            first[1], r"plain: needs nothing\ntiny: making .*\ntiny: installing .*\ntiny: installed in"
        )
        self.assertEqual(second[:2], (0, "plain: needs nothing\ntiny: up to date\n"))
        command = [source.command for source in Registry(self.folder).sources if source.target == str(agent)][
            0
        ]
        self.assertTrue(command[0].startswith(str(agent / ".venv")))
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PYTHON)}
        run = [sys.executable, "-m", "agent_platform.run", str(agent)]
        done = subprocess.run(run, env=environment, capture_output=True, text=True)
        self.assertEqual(json.loads(done.stdout or "{}").get("metrics"), {"v": 7}, done.stderr)
        (agent / "requirements.txt").write_text(f"{wheel}\n# more\n")
        self.assertTrue(Environment(agent).is_current)
        (agent / "requirements.txt").write_text(f"{wheel} \\\n")
        self.assertFalse(Environment(agent).is_current)

    def test_what_can_not_be_installed_is_named_and_hinders_no_other(self) -> None:
        self.add("bad", "/nowhere/missing-1.0-py3-none-any.whl\n")
        self.add("plain")

        code, output, errors = self.install()

        self.assertEqual(code, 1)
        self.assertIn("plain: needs nothing", output)
        self.assertIn(f"bad: {self.folder}/bad/requirements.txt could not be installed. Exit code 1", errors)
        self.assertIn("missing-1.0", errors)
        self.assertFalse(Environment(self.folder / "bad").is_current)

    def test_names_and_interpreters_that_do_not_exist_are_named(self) -> None:
        self.add("needs", "x==1\n")
        for arguments, reason in (
            (["nobody"], "nobody has no agent.py"),
            (["needs", "--python", "/no/python"], "/no/python"),
        ):
            with self.subTest(arguments):
                code, _, errors = self.install(*arguments)
                self.assertEqual(code, 1)
                self.assertIn(reason, errors)


if __name__ == "__main__":
    unittest.main()
