import unittest
from datetime import datetime, timedelta, timezone

from agent_platform import BaseAgent
from agent_platform.declaration import declaration_of
from agent_platform.errors import InvalidAgentError


def declared(**attributes):
    return declaration_of(type("Example", (BaseAgent,), {"name": "example", **attributes}))


class SchedulesTest(unittest.TestCase):
    def test_intervals_instants_and_policies_are_declared_in_camel_case(self) -> None:
        schedules = declared(
            schedules=[
                {"name": "a", "every_ms": 90_000, "from": "2026-11-22T00:00:30Z", "input": {"deep": True}},
                {"name": "b", "at": "2026-12-24T18:00:00+01:00", "missed_fires": "skip"},
                {
                    "name": "c",
                    "cron": "0 4 * * *",
                    "time_zone": "Europe/Madrid",
                    "missed_fires": "all",
                    "missed_window_ms": 3_600_000,
                    "missed_max": 5,
                    "overlap": "queue",
                    "queue_max": 2,
                },
            ]
        )["schedules"]

        self.assertEqual(
            schedules,
            [
                {"name": "a", "everyMs": 90_000, "from": "2026-11-22T00:00:30Z", "input": {"deep": True}},
                {"name": "b", "at": "2026-12-24T18:00:00+01:00", "missedFires": "skip"},
                {
                    "name": "c",
                    "cron": "0 4 * * *",
                    "timeZone": "Europe/Madrid",
                    "missedFires": "all",
                    "missedWindowMs": 3_600_000,
                    "missedMax": 5,
                    "overlap": "queue",
                    "queueMax": 2,
                },
            ],
        )

    def test_instants_may_be_datetimes_with_a_zone(self) -> None:
        at = datetime(2026, 12, 24, 18, tzinfo=timezone(timedelta(hours=1)))

        self.assertEqual(declared(schedules=[{"at": at}])["schedules"], [{"at": "2026-12-24T18:00:00+01:00"}])
        with self.assertRaisesRegex(
            InvalidAgentError, r"Example.schedules\[0\]\['at'\] must be .* a time zone"
        ):
            declared(schedules=[{"at": datetime(2026, 12, 24, 18)}])


class InputSchemaTest(unittest.TestCase):
    SCHEMA = {"type": "object", "properties": {"day": {"type": "string"}}}

    def test_is_a_dict_or_what_a_model_says(self) -> None:
        class Model:
            """Stands for a pydantic model, which need not be installed."""

            @classmethod
            def model_json_schema(cls):
                return InputSchemaTest.SCHEMA

        self.assertNotIn("inputSchema", declared())
        self.assertEqual(declared(input_schema=self.SCHEMA)["inputSchema"], self.SCHEMA)
        self.assertEqual(declared(input_schema=Model)["inputSchema"], self.SCHEMA)

    def test_one_that_a_model_can_not_make_is_refused(self) -> None:
        class Model:
            @classmethod
            def model_json_schema(cls):
                raise ValueError("a callable is no JSON")

        with self.assertRaisesRegex(
            InvalidAgentError, "Example.input_schema has no JSON Schema: a callable is no JSON"
        ):
            declared(input_schema=Model)

    def test_one_that_is_too_large_says_so_in_its_place(self) -> None:
        large = declared(input_schema={"description": "x" * 65_536})["inputSchema"]

        self.assertEqual(large["type"], "object")
        self.assertRegex(large["description"], "takes 655.. bytes, more than 65536, so it is left out")


if __name__ == "__main__":
    unittest.main()
