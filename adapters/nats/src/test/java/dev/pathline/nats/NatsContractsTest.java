package dev.pathline.nats;

import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.EventLogContract;
import dev.pathline.common.port.JobSignals;
import dev.pathline.common.port.JobSignalsContract;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.port.WorkerLivenessContract;
import dev.pathline.common.testing.MutableClock;
import dev.pathline.common.testing.NatsServer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import reactor.core.scheduler.Schedulers;

/** The adapters of NATS keep their ports' contracts. */
class NatsContractsTest {

    private static final List<NatsLink> LINKS = new ArrayList<>();
    private static final AtomicInteger INSTALLATIONS = new AtomicInteger();
    private static NatsServer server;

    @BeforeAll
    static void start() {
        server = NatsServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        LINKS.forEach(NatsLink::close);
        if (server != null) {
            server.close();
        }
    }

    /** A connection of an installation of its own. */
    private static NatsLink link(long bytesPerJob) {
        NatsLink link = NatsLink.open(new NatsSettings(List.of(server.url()), "", "",
                "test-" + INSTALLATIONS.incrementAndGet(), 1, Duration.ofSeconds(5), Duration.ofHours(1), 64 << 20,
                bytesPerJob));
        LINKS.add(link);
        return link;
    }

    @Nested
    class Log extends EventLogContract {
        @Override
        protected EventLog create(long maxBytesPerJob) {
            return new NatsEventLog(link(maxBytesPerJob), Schedulers.parallel(), Clock.systemUTC());
        }
    }

    @Nested
    class Signals extends JobSignalsContract {
        @Override
        protected JobSignals create() {
            return new NatsJobSignals(link(1 << 20));
        }
    }

    @Nested
    class Liveness extends WorkerLivenessContract {
        @Override
        protected WorkerLiveness create(MutableClock clock) {
            return new NatsWorkerLiveness(link(1 << 20), clock);
        }
    }
}
