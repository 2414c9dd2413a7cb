package dev.pathline.it.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.testing.NatsServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Jobs of all kinds while whatever can be killed is killed: workers again and again, a replica of the API, the database and its
 * connections, NATS, once with its disk. {@code -Dchaos.jobs=1000 -Dchaos.kills=50} for the whole of it; a tenth unless said.
 */
class ChaosIT {

    private static final int JOBS = Integer.getInteger("chaos.jobs", 100);
    private static final int KILLS = Integer.getInteger("chaos.kills", 5);
    private static final int READERS = 20;
    private static final int STRICT = 5;
    /** As many jobs as make a kill fall into the middle of some. */
    private static final long PAUSE_MILLIS = 1500;

    private final Random random = new Random(7);

    private static String strict(int seed) {
        return "{\"model\":\"fashion-flow\",\"label\":\"bag\",\"count\":1,\"steps\":20,\"solver\":\"euler\",\"seed\":"
                + seed + ",\"strict\":true,\"precision\":\"float32\",\"preview\":{\"every\":5}}";
    }

    private String any(int index) {
        return switch (index % 4) {
            case 0 -> "{\"model\":\"gaussian-2d\",\"count\":2,\"steps\":" + (5 + random.nextInt(50)) + ",\"seed\":"
                    + index + "}";
            case 1 -> "{\"model\":\"fashion-onestep\",\"label\":\"coat\",\"count\":2,\"steps\":"
                    + (1 + random.nextInt(4)) + ",\"seed\":" + index + ",\"preview\":{\"every\":1}}";
            case 2 -> "{\"model\":\"fashion-flow\",\"label\":\"shirt\",\"count\":2,\"solver\":\"heun\",\"steps\":"
                    + (4 + random.nextInt(20)) + ",\"seed\":" + index + ",\"priority\":\"batch\"}";
            default -> strict(index / 4 % STRICT);
        };
    }

    @Test
    void shouldEndEveryJobOnceWhateverIsKilled() throws Exception {
        try (Services services = Services.start();
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<ServiceProcess> apis = List.of(services.api(Map.of()), services.api(Map.of()));
            List<ServiceProcess> workers = List.of(services.worker(Map.of()), services.worker(Map.of()),
                    services.worker(Map.of()));
            for (ServiceProcess service : apis) {
                service.awaitReady();
            }
            for (ServiceProcess service : workers) {
                service.awaitReady();
            }
            try (var api = new ApiClient(apis)) {
                var undisturbed = new HashMap<Integer, byte[]>();
                for (int seed = 0; seed < STRICT; seed++) {
                    String id = api.submit(strict(seed));
                    api.awaitEnd(id);
                    undisturbed.put(seed, api.image(id, 0));
                }

                var jobs = new ArrayList<String>();
                var reading = new ArrayList<Future<EventReader>>();
                Future<?> chaos = readers.submit(() -> disturb(services, apis, workers));
                for (int i = 0; i < JOBS; i++) {
                    String id = api.submit(any(i));
                    jobs.add(id);
                    if (i % (JOBS / READERS) == 0) {
                        reading.add(readers.submit(() -> new EventReader(api, id).readToTheEnd()));
                    }
                    // As slowly as the kills go on.
                    Thread.sleep(PAUSE_MILLIS * KILLS / JOBS);
                }
                chaos.get(5 + KILLS, TimeUnit.MINUTES);

                var lost = new ArrayList<String>();
                for (int i = 0; i < jobs.size(); i++) {
                    String id = jobs.get(i);
                    api.awaitEnd(id);
                    JsonNode job = api.job(id);
                    if (job.path("error").path("code").asString().equals("worker_lost")) {
                        // Its worker was killed each time that it was begun, which is as often as it may be.
                        assertThat(job.path("attempt").asInt()).isGreaterThanOrEqualTo(3);
                        lost.add(id);
                        continue;
                    }
                    assertThat(job.path("state").asString()).as("%s", job).isEqualTo("succeeded");
                    if (i % 4 == 3) {
                        assertThat(api.image(id, 0)).as("the strict image of job %s", i)
                                .isEqualTo(undisturbed.get(i / 4 % STRICT));
                    }
                }
                for (Future<EventReader> future : reading) {
                    EventReader reader = future.get(2, TimeUnit.MINUTES);
                    assertThat(reader.ids()).isSorted().doesNotHaveDuplicates();
                    assertThat(reader.types()).filteredOn(ApiClient.TERMINAL::contains).hasSize(1);
                    assertThat(reader.types().getLast()).isIn(ApiClient.TERMINAL);
                    // What is kept of a job that was watched all the time was seen, and ends once for whoever reads it anew.
                    EventReader anew = new EventReader(api, reader.job()).readToTheEnd();
                    // (A log that was lost after that has its end anew, at a later position.)
                    assertThat(reader.ids()).containsAll(
                            anew.ids().stream().filter(position -> position <= reader.ids().getLast()).toList());
                    assertThat(anew.types()).filteredOn(ApiClient.TERMINAL::contains).hasSize(1);
                }
                assertThat(lost).hasSizeLessThan(1 + JOBS / 20);
                System.out.println("of " + JOBS + " jobs, while workers were killed " + KILLS + " times, "
                        + (JOBS - lost.size()) + " succeeded, and of " + lost.size()
                        + " the worker was killed three times");
            }
        }
    }

    private Void disturb(Services services, List<ServiceProcess> apis, List<ServiceProcess> workers) throws Exception {
        NatsServer nats = services.nats();
        for (int kill = 0; kill < KILLS; kill++) {
            Thread.sleep(PAUSE_MILLIS);
            ServiceProcess worker = workers.get(random.nextInt(workers.size()));
            worker.kill();
            switch (kill % 5) {
                case 0 -> {
                    if (kill % 2 == 0) {
                        services.restartPostgres();
                    } else {
                        services.cutPostgres();
                    }
                }
                case 1 -> {
                    nats.kill();
                    nats.restart();
                }
                case 2 -> {
                    apis.getFirst().kill();
                    apis.getFirst().restart();
                }
                case 3 -> {
                    nats.kill();
                    if (kill < 5) {
                        nats.restartEmpty();
                    } else {
                        nats.restart();
                    }
                }
                default -> {
                    services.signalPostgres("STOP");
                    Thread.sleep(4000);
                    services.signalPostgres("CONT");
                }
            }
            worker.restart();
            worker.awaitReady();
            apis.getFirst().awaitReady();
        }
        return null;
    }
}
