package dev.pathline.nats;

import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Signs of life that every process hears which is connected to the same NATS. Who starts listening knows of all workers after one
 * interval of their signs. While the server is away nobody is taken to be dead: silence says nothing then.
 */
public final class NatsWorkerLiveness implements WorkerLiveness {

    /** How long workers have for their next sign when the server is back. */
    private static final Duration RETURN = Duration.ofSeconds(5);

    private final NatsLink link;
    private final Clock clock;
    private final String signs;
    private final String farewells;
    /** Who has said it: what this process says itself it need not hear. */
    private final String origin = UUID.randomUUID().toString();
    private final Map<String, Held> held = new ConcurrentHashMap<>();

    /** What is sent. */
    private record Sign(String origin, WorkerStatus status, long holdsMillis) {}

    /** What is known. */
    private record Held(WorkerStatus status, Instant until) {

        Held atLeastUntil(Instant time) {
            return until.isAfter(time) ? this : new Held(status, time);
        }
    }

    /**
     * Listens from now on.
     *
     * @param clock by which signs end
     */
    public NatsWorkerLiveness(NatsLink link, Clock clock) {
        this.link = link;
        this.clock = clock;
        this.signs = link.subject("worker", "lives");
        this.farewells = link.subject("worker", "leaves");
        link.dispatcher().subscribe(signs, message -> {
            Sign sign = Json.MAPPER.readValue(message.getData(), Sign.class);
            if (!sign.origin().equals(origin)) {
                hold(sign.status(), Duration.ofMillis(sign.holdsMillis()));
            }
        });
        link.dispatcher().subscribe(farewells,
                message -> held.remove(new String(message.getData(), StandardCharsets.UTF_8)));
        link.whenBack(() -> held.replaceAll((worker, known) -> known.atLeastUntil(clock.instant().plus(RETURN))));
    }

    private void hold(WorkerStatus status, Duration holds) {
        held.put(status.worker(), new Held(status, clock.instant().plus(holds)));
    }

    /** Whoever asks in this process knows at once. */
    @Override
    public void report(WorkerStatus status, Duration holds) {
        hold(status, holds);
        link.tell(signs, Json.MAPPER.writeValueAsBytes(new Sign(origin, status, holds.toMillis())));
    }

    @Override
    public void leave(String worker) {
        held.remove(worker);
        link.tell(farewells, worker.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<WorkerStatus> live() {
        Instant now = clock.instant();
        if (link.isUp()) {
            held.values().removeIf(sign -> !sign.until().isAfter(now));
        }
        return held.values().stream().map(Held::status).sorted(Comparator.comparing(WorkerStatus::worker)).toList();
    }
}
