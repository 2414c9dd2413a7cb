package dev.pathline.benchmarks.services;

import dev.pathline.benchmarks.services.Backends.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One API process with a heap of 512 MB: a thousand readers of one job while five hundred jobs are waited for, one reader that stops reading,
 * and ten thousand requests that are let go of. What is computed sleeps.
 */
public final class Readers {

    private static final int READERS = 1000;
    private static final int JOBS = 500;
    private static final int ABORTED = 10_000;
    private static final int STEPS = 60;
    /** Seconds. */
    private static final int PATIENCE = 240;
    private static final Pattern ID = Pattern.compile("\"id\":\"([0-9a-z]{26})\"");
    private static final Pattern STEP = Pattern.compile("\"step\":(\\d+)");
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    private Readers() {}

    /** Measures, and prints a table. */
    public static void run() throws Exception {
        Path folder = Files.createTempDirectory("readers");
        int port = Backends.freePort();
        try (Backends backends = Backends.start()) {
            Map<String, String> environment = new HashMap<>(backends.environment());
            environment.put("PATHLINE_REGISTRY_DIRECTORIES", "models");
            environment.put("PATHLINE_IMAGES_DIRECTORY", folder.resolve("images").toString());
            environment.put("PATHLINE_API_QUEUE_WITHOUT_WORKERS", "true");
            environment.put("PATHLINE_STORE_QUEUE_CAPACITY", "2000");
            environment.put("PATHLINE_API_RETENTION_MAX_JOBS", "100");
            long began = System.nanoTime();
            Process api = ServiceJar.start("api-service", List.of("-Xmx512m"), List.of(), environment, port, folder);
            try {
                double ready = ready(port, began);
                Ports ports = backends.connect(8);
                measure(api, "http://localhost:" + port, ports, ready);
            } finally {
                api.destroyForcibly();
            }
        }
    }

    private static double ready(int port, long began) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (true) {
                try {
                    if (client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/solvers")).build(),
                            BodyHandlers.discarding()).statusCode() == 200) {
                        return (System.nanoTime() - began) / 1e9;
                    }
                } catch (IOException e) {
                    Thread.sleep(20);
                }
            }
        }
    }

    private static void measure(Process api, String address, Ports ports, double ready) throws Exception {
        System.out.printf(Locale.ROOT, "| | |%n|---|---|%n| ready after, s | %.1f |%n", ready);
        warmUp(address, ports);
        System.out.printf(Locale.ROOT, "| heap before, MB; resident, MB | %.0f; %.0f |%n", heap(api), resident(api));
        followed(api, address, ports);
        aborted(api, address, ports);
    }

    private static void warmUp(String address, Ports ports) throws Exception {
        try (var _ = new SleepingWorker("warm", ports, 100, Duration.ofMillis(5), new LongAdder(), new LongAdder());
                HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 300; i++) {
                client.send(request(address, 3, false), BodyHandlers.discarding());
            }
        }
    }

    private static HttpRequest request(String address, int steps, boolean async) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + "/generate"))
                .header("content-type", "application/json").timeout(Duration.ofMinutes(5))
                .POST(BodyPublishers.ofString("{\"model\":\"fashion-flow\",\"solver\":\"euler\",\"steps\":" + steps
                        + ",\"preview\":{\"every\":1}}"));
        return (async ? request.header("prefer", "respond-async") : request).build();
    }

    private static void followed(Process api, String address, Ports ports) throws Exception {
        Map<Integer, Long> told = new ConcurrentHashMap<>();
        var delays = new ConcurrentLinkedQueue<Double>();
        var last = new AtomicInteger();
        var answered = new AtomicInteger();
        var began = new CountDownLatch(READERS);
        String[] watched = {""};
        double[] most = {0};
        try (HttpClient client = HttpClient.newHttpClient();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            watched[0] = id(client.send(request(address, STEPS, true), BodyHandlers.ofString()).body());
            for (int i = 0; i < READERS; i++) {
                var _ = threads.submit(() -> read(address, watched[0], told, delays, last, began));
            }
            began.await(60, TimeUnit.SECONDS);
            Socket silent = silent(address, watched[0]);
            for (int i = 0; i < JOBS; i++) {
                var _ = threads.submit(() -> {
                    if (client.send(request(address, STEPS, false), BodyHandlers.ofString()).statusCode() == 200) {
                        answered.incrementAndGet();
                    }
                    return null;
                });
            }
            Thread.sleep(3000);
            try (var _ = new SleepingWorker("sleeper", ports, JOBS + 1, Duration.ofSeconds(1), new LongAdder(),
                    new LongAdder(), (job, step) -> {
                        if (job.equals(watched[0])) {
                            told.put(step, System.nanoTime());
                        }
                    })) {
                for (int i = 0; i < PATIENCE && (answered.get() < JOBS || last.get() < READERS); i++) {
                    Thread.sleep(1000);
                    most[0] = Math.max(most[0], resident(api));
                }
            }
            silent.close();
        }
        List<Double> sorted = delays.stream().sorted().toList();
        System.out.printf(Locale.ROOT, "| readers of one job that saw its end | %d of %d |%n", last.get(), READERS);
        System.out.printf(Locale.ROOT, "| jobs beside it that were answered | %d of %d |%n", answered.get(), JOBS);
        System.out.printf(Locale.ROOT, "| delay of an event, median; 99th percentile; most, ms | %.1f; %.1f; %.1f |%n",
                at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
        System.out.printf(Locale.ROOT, "| resident while they read, MB; heap after, MB | %.0f; %.0f |%n", most[0],
                heap(api));
    }

    private static void read(String address, String job, Map<Integer, Long> told, ConcurrentLinkedQueue<Double> delays,
            AtomicInteger last, CountDownLatch began) {
        URI uri = URI.create(address);
        try (var socket = new Socket(uri.getHost(), uri.getPort())) {
            ask(socket, job);
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            began.countDown();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher step = STEP.matcher(line);
                if (line.startsWith("data:") && step.find()) {
                    Long at = told.get(Integer.valueOf(step.group(1)));
                    if (at != null) {
                        delays.add((System.nanoTime() - at) / 1e6);
                    }
                }
                if (line.equals("event:succeeded")) {
                    last.incrementAndGet();
                    return;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void ask(Socket socket, String job) throws IOException {
        socket.getOutputStream().write(("GET /jobs/" + job + "/events HTTP/1.1\r\nHost: localhost\r\n"
                + "Accept: text/event-stream\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Asks, and reads nothing. */
    private static Socket silent(String address, String job) throws IOException {
        URI uri = URI.create(address);
        var socket = new Socket();
        socket.setReceiveBufferSize(2048);
        socket.connect(new java.net.InetSocketAddress(uri.getHost(), uri.getPort()));
        ask(socket, job);
        return socket;
    }

    private static void aborted(Process api, String address, Ports ports) throws Exception {
        double before = heap(api);
        URI uri = URI.create(address);
        String body = "{\"model\":\"fashion-flow\",\"solver\":\"euler\",\"steps\":50}";
        var atOnce = new Semaphore(64);
        try (var _ = new SleepingWorker("slow", ports, 64, Duration.ofMillis(50), new LongAdder(), new LongAdder());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < ABORTED; i++) {
                atOnce.acquire();
                var _ = threads.submit(() -> {
                    try (var socket = new Socket(uri.getHost(), uri.getPort())) {
                        socket.getOutputStream().write(
                                ("POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                        + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                                        .getBytes(StandardCharsets.US_ASCII));
                        Thread.sleep(ThreadLocalRandom.current().nextInt(40));
                    } finally {
                        atOnce.release();
                    }
                    return null;
                });
            }
        }
        long left = System.nanoTime();
        int rest;
        do {
            Thread.sleep(500);
            rest = jobs(address, "queued") + jobs(address, "running");
        } while (rest > 0 && System.nanoTime() - left < PATIENCE * 1_000_000_000L);
        System.out.printf(Locale.ROOT,
                "| requests that were let go of; of their jobs go on; s until the last was cancelled | %d; %d; %.0f |%n",
                ABORTED, rest, (System.nanoTime() - left) / 1e9);
        System.out.printf(Locale.ROOT, "| heap before and after that, MB | %.0f; %.0f |%n", before, heap(api));
    }

    private static int jobs(String address, String state) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return ids(
                    client.send(HttpRequest.newBuilder(URI.create(address + "/jobs?limit=200&state=" + state)).build(),
                            BodyHandlers.ofString()).body());
        }
    }

    private static int ids(String text) {
        Matcher matcher = ID.matcher(text);
        int count = 0;
        while (matcher.find()) {
            count++;
        }
        return count;
    }

    private static String id(String text) {
        Matcher matcher = ID.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException(text);
        }
        return matcher.group(1);
    }

    private static double at(List<Double> sorted, double part) {
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.min(sorted.size() - 1, part * sorted.size()));
    }

    /** What is used of the heap after a collection, in MB. */
    private static double heap(Process process) throws Exception {
        jcmd(process, "GC.run");
        Matcher used = USED.matcher(jcmd(process, "GC.heap_info"));
        return used.find() ? Long.parseLong(used.group(1)) / 1024.0 : Double.NaN;
    }

    private static String jcmd(Process process, String command) throws Exception {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()), command).redirectErrorStream(true).start();
        String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        return output;
    }

    private static double resident(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst().orElseThrow() / 1024.0;
    }
}
