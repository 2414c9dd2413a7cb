package dev.pathline.it.services;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One of the three services, from its own jar, as a process of its own. */
final class ServiceProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final String module;
    private final Map<String, String> environment;
    private final Path log;
    private final int port;
    private final int managementPort;
    private Process process;

    private ServiceProcess(String module, Map<String, String> environment, Path log, int port, int managementPort) {
        this.module = module;
        this.environment = environment;
        this.log = log;
        this.port = port;
        this.managementPort = managementPort;
    }

    /**
     * Starts a service; it is not ready yet.
     *
     * @param module {@code api-service}, {@code inference-worker} or {@code trainer-service}
     * @param logs the folder of its log
     */
    static ServiceProcess start(String module, Map<String, String> environment, Path logs) throws IOException {
        int port = freePort();
        var service = new ServiceProcess(module, environment, logs.resolve(module + "-" + port + ".log"), port,
                freePort());
        service.run();
        return service;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void run() throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Dai.djl.offline=true", "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Xmx768m", "-jar", Images.jar(module).toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        builder.environment().putAll(Map.of("PATHLINE_PORT", Integer.toString(port), "PATHLINE_MANAGEMENT_PORT",
                Integer.toString(managementPort), "OPT_OUT_TRACKING", "true", "OMP_WAIT_POLICY", "passive"));
        process = builder.start();
    }

    String address() {
        return "http://localhost:" + port;
    }

    /** Waits until its probe says that it is ready. */
    ServiceProcess awaitReady() throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (probe("readiness") != 200) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new AssertionError(module + " is not ready:\n" + Files.readString(log));
            }
            Thread.sleep(100);
        }
        return this;
    }

    /** What a probe answers, 0 where nobody answers. */
    int probe(String group) throws InterruptedException {
        return status("/actuator/health/" + group);
    }

    /** What stands at an address of the management port. */
    String management(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + managementPort + path)).build(),
                    BodyHandlers.ofString()).body();
        }
    }

    private int status(String path) throws InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            return client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + managementPort + path))
                    .timeout(Duration.ofSeconds(30)).build(), BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Sends SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Sends SIGTERM, and waits for the end. Returns how long that took. */
    Duration terminate() throws InterruptedException {
        long start = System.nanoTime();
        process.toHandle().destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(module + " does not stop");
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Starts it again, at the same ports. */
    void restart() throws IOException {
        run();
    }

    /** Sends SIGSTOP, or SIGCONT. */
    void signal(String name) throws Exception {
        Services.signal(name, process.pid());
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
