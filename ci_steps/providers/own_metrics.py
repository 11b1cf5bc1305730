"""The team's own metrics, which run where the model runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ci_steps.steps import provider
from model_checks.signatures import Count, Megabytes, Seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.model_host.training import Sources
    from ci_steps.steps import Tools
    from model_checks.contract.dialect import Contract
    from model_checks.contract.table_files import TableFiles
    from model_checks.dataset import Dataset
    from model_checks.inputs import OwnMetrics


@provider()
def own_metrics(
    declared_metrics: Mapping[str, Mapping[str, Any]],
    declared_tables: Mapping[str, TableFiles],
    sources: Sources,
    environment: Environment,
    isolation: Isolation,
    contract: Contract,
    target: str,
    test: Dataset,
    tools: Tools,
    *,
    timeout: Seconds = 600,
    memory: Megabytes = 8192,
    processes: Count = 256,
) -> OwnMetrics:
    """Make the metrics of [metrics] ready, in a copy of the sources without the tables.

    `timeout` is for one metric with all its resamples.
    """
    from ci_steps.model_host.limits import Limits
    from ci_steps.model_host.own_metrics import HostedMetrics
    from ci_steps.model_host.training import Sources, copy_sources
    from model_checks.inputs import OwnMetric

    tables = {part.path for table in declared_tables.values() for part in table.all}
    files = tuple(file for file in sources.files if sources.root / file not in tables)
    folder = tools.work / "sources"
    folder.mkdir()
    copy_sources(Sources(root=sources.root, files=files), folder)
    columns = [(name, c.type, c.nullable) for name, c in contract.without(target).columns.items()]
    return HostedMetrics(
        declared={name: OwnMetric(name=name, **about) for name, about in declared_metrics.items()},
        folder=folder, work=tools.work / "measured", log=tools.log, environment=environment, isolation=isolation,
        limits=Limits(seconds=timeout, memory_megabytes=int(memory), processes=processes),
        features=test.features, columns=columns, say=tools.say,
    )  # fmt: skip
