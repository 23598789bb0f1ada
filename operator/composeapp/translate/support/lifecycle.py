"""What becomes of what a service runs, when it runs, and how it ends: processes, order, health, updates."""

from __future__ import annotations

from typing import Final

from composeapp.translate.support.terms import Table, approximated, honoured, ignored, not_yet, refused, silent

PROCESS: Final[Table] = {
    **honoured("image", "the container's image; spec.images replaces it"),
    **approximated(
        "build", "nothing is built: spec.images or image names what was built and pushed, which convert prints"
    ),
    **honoured("command", "the container's args (command, where entrypoint is empty)"),
    **honoured("entrypoint", "the container's command"),
    **honoured("working_dir", "the container's workingDir"),
    **approximated(
        "user", "the container's securityContext.runAsUser and runAsGroup; a name other than root is refused"
    ),
    **approximated("group_add", "the pod's securityContext.supplementalGroups; names are refused"),
    **refused(
        "umask",
        "Kubernetes sets no umask",
        'set it where the program starts: entrypoint: [sh, -c, \'umask 027 && exec "$$0" "$$@"\', PROGRAM]',
    ),
    **honoured("tty", "the container's tty"),
    **honoured("stdin_open", "the container's stdin"),
    **approximated(
        "init", "the pod's shareProcessNamespace: its first process reaps orphans, and the program is not process 1"
    ),
    **approximated("platform", "the pod's nodeSelector of kubernetes.io/os and kubernetes.io/arch; only linux"),
    **approximated(
        "pull_policy",
        "the container's imagePullPolicy; refresh, daily, weekly, every_… fetch for each container, build is refused",
    ),
    **ignored("pull_refresh_after", "Kubernetes knows no age of an image", "write pull_policy: always"),
    **approximated(
        "post_start",
        "the container's lifecycle.postStart, several chained by /bin/sh; one that fails restarts the container",
    ),
    **not_yet(
        "pre_start",
        "remove it; let a service run it, on which this one depends_on with condition: service_completed_successfully",
    ),
    **approximated(
        "pre_stop",
        "the container's lifecycle.preStop, several chained by /bin/sh; its time is part of the grace period",
    ),
    **honoured(
        "stop_grace_period", "the pod's terminationGracePeriodSeconds; without it Kubernetes' 30 s, not Docker's 10 s"
    ),
    **approximated(
        "stop_signal",
        "a lifecycle.preStop that sends it and waits until the program has ended, with the image's /bin/sh; without a"
        " shell the program gets what its image says, as without the key",
    ),
    **silent("attach", "nothing: kubectl logs shows what a container writes"),
}
ORDER: Final[Table] = {
    **honoured("profiles", "nothing: spec.profiles says which services take part"),
    **honoured("extends", "nothing: what the other service says has been taken over"),
    **honoured("depends_on", "a gate: the operator makes and changes a workload when what it depends on is true"),
    **approximated(
        "healthcheck",
        "the container's startupProbe and readinessProbe: who is unhealthy gets no requests and is not restarted, and"
        " the HEALTHCHECK of an image is not looked at",
    ),
    **approximated(
        "restart",
        "always and unless-stopped: a Deployment. no and on-failure: a Job, which runs once, unless the service has"
        " ports, expose or a healthcheck; then a Deployment, with a warning",
    ),
    **not_yet("provider", "describe the model under the top-level models and bind it in the service's models"),
}
DEPENDENCY: Final[Table] = {
    **approximated(
        "condition",
        "service_started: a container of its pods runs; service_healthy: all its pods are new and ready;"
        " service_completed_successfully: it becomes a Job, which has completed",
    ),
    **approximated(
        "restart", "a hash of the other's pod template in an annotation of the pods: they are replaced when it changes"
    ),
    **approximated("required", "false: who has failed, or takes no part, is not waited for"),
}
HEALTHCHECK: Final[Table] = {
    **honoured("test", "exec of both probes, CMD-SHELL with /bin/sh; NONE is no probe"),
    **honoured("interval", "the readinessProbe's periodSeconds"),
    **honoured("timeout", "timeoutSeconds of both probes"),
    **honoured("retries", "the readinessProbe's failureThreshold"),
    **approximated(
        "start_interval",
        "the startupProbe's periodSeconds, until the first success; without it 5 s, never more than the interval",
    ),
    **silent("start_period", "nothing: until its first success a container fails as often as it likes"),
    **honoured("disable", "no probes"),
}
HOOK: Final[Table] = {
    **honoured("command", "the command of the handler's exec"),
    **approximated("user", "nothing: the handler runs as its container does, another user is refused"),
    **approximated("privileged", "nothing: a hook has the rights of its container, true is refused"),
    **approximated("working_dir", "the folder in which the image's /bin/sh runs the command"),
    **approximated("environment", "variables that the image's program env sets for the command"),
}
LOGGING: Final[Table] = {
    **silent("driver", "nothing: the cluster collects what containers write"),
    **silent("options", "nothing: the cluster's own settings decide"),
}
DEPLOY: Final[Table] = {
    **honoured("replicas", "the Deployment's replicas (a Job's completions and parallelism)"),
    **approximated(
        "mode", "replicated: a Deployment; global: a DaemonSet; replicated-job: a Job; global-job is refused"
    ),
    **approximated("restart_policy", "as restart, which it replaces; see its own table"),
    **approximated(
        "update_config", "the Deployment's strategy (Recreate where it writes to a volume); see its own table"
    ),
    **ignored("rollback_config", "nothing rolls back by itself: an update that fails stops, and the old pods stay"),
}
RESTART_POLICY: Final[Table] = {
    **approximated("condition", "any: a Deployment; none and on-failure: a Job, as restart: no and on-failure"),
    **approximated("max_attempts", "a Job's backoffLimit; a Deployment's pods are restarted without end"),
    **ignored("delay window", "Kubernetes waits 10 s before it restarts a container, doubled each time up to 5 min"),
}
UPDATE: Final[Table] = {
    **honoured("parallelism", "maxUnavailable or maxSurge of the strategy; 0 is 100%"),
    **honoured("order", "stop-first: maxUnavailable; start-first: maxSurge; without update_config start-first"),
    **approximated("delay", "minReadySeconds: so long a new pod is ready before the next one is replaced"),
    **approximated("monitor", "minReadySeconds, if that is longer than delay"),
    **approximated("failure_action", "pause; continue and rollback are ignored, with a warning"),
    **ignored("max_failure_ratio", "an update stops at the first pod that does not become ready"),
}
