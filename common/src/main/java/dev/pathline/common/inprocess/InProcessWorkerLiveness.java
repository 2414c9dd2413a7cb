package dev.pathline.common.inprocess;

import dev.pathline.common.port.WorkerLiveness;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Signs of life in memory. */
public final class InProcessWorkerLiveness implements WorkerLiveness {

    private final Map<String, Sign> signs = new ConcurrentHashMap<>();
    private final Clock clock;

    /** Nobody lives yet. */
    public InProcessWorkerLiveness(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void report(WorkerStatus status, Duration holds) {
        signs.put(status.worker(), new Sign(status, clock.instant().plus(holds)));
    }

    @Override
    public void leave(String worker) {
        signs.remove(worker);
    }

    @Override
    public List<WorkerStatus> live() {
        Instant now = clock.instant();
        signs.values().removeIf(sign -> !sign.until().isAfter(now));
        return signs.values().stream().map(Sign::status)
                .sorted((a, b) -> a.worker().compareTo(b.worker())).toList();
    }

    private record Sign(WorkerStatus status, Instant until) {}
}
