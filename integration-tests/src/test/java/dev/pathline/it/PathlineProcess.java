package dev.pathline.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code ./pathline} as a process of its own, as a person starts it. */
public final class PathlineProcess implements AutoCloseable {

    /** The repository. */
    public static final Path ROOT = root();

    private static final Pattern READY = Pattern.compile("Pathline is ready: (http://\\S+)");
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Thread reader;
    private volatile String address = "";

    private PathlineProcess(Process process) {
        this.process = process;
        this.reader = Thread.ofPlatform().daemon(true).start(this::read);
    }

    /** Starts a command. */
    static PathlineProcess start(Map<String, String> environment, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(ROOT.resolve("pathline").toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).directory(Path.of("target").toFile());
        builder.environment().put("PATHLINE_NO_BUILD", "1");
        builder.environment().put("PATHLINE_PROFILES", ROOT.resolve("integration-tests/target/profiles").toString());
        builder.environment().put("PATHLINE_RUNS", ROOT.resolve("integration-tests/target/runs").toString());
        // Servers that run beside each other do not share what they keep.
        builder.environment().put("PATHLINE_STATE", Files.createTempDirectory("pathline-state").toString());
        builder.environment().putAll(environment);
        return new PathlineProcess(builder.start());
    }

    /** Starts a server on a free port and waits until it says that it is ready. */
    static PathlineProcess serve(String... arguments) throws Exception {
        return serve(Map.of(), arguments);
    }

    /** Starts a server on a free port, in an environment, and waits until it says that it is ready. */
    static PathlineProcess serve(Map<String, String> environment, String... arguments) throws Exception {
        var all = new ArrayList<>(List.of("serve", "--port", "0"));
        all.addAll(List.of(arguments));
        PathlineProcess server = start(environment, all.toArray(String[]::new));
        if (!server.ready.await(PATIENCE.toSeconds(), TimeUnit.SECONDS) || server.address.isEmpty()) {
            server.close();
            throw new IllegalStateException("the server did not start:\n" + server.output());
        }
        return server;
    }

    private void read() {
        try (var in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
                Matcher matcher = READY.matcher(line);
                if (matcher.find()) {
                    address = matcher.group(1);
                    ready.countDown();
                }
            }
        } catch (IOException e) {
            // The process ended while it was read: what it said so far is kept.
        } finally {
            ready.countDown();
        }
    }

    String address() {
        return address;
    }

    int port() {
        return java.net.URI.create(address).getPort();
    }

    /** Sends SIGTERM, and reads on: Process.destroy would close the streams. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Sends SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Types a text, and nothing after it. */
    void type(String text) throws IOException {
        try (OutputStream input = process.getOutputStream()) {
            input.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Waits until it has said something, or has ended. */
    void awaitOutput(String text) throws InterruptedException {
        synchronized (lines) {
            while (process.isAlive() && lines.stream().noneMatch(line -> line.contains(text))) {
                lines.wait(1000);
            }
        }
    }

    /** Waits for the end and returns the exit code. */
    int await() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("it did not end:\n" + output());
        }
        reader.join();
        return process.exitValue();
    }

    /** Everything it said. */
    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("pathline"))) {
            folder = java.util.Objects.requireNonNull(folder.getParent(), "these tests run inside the repository");
        }
        return folder;
    }
}
