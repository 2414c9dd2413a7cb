package dev.pathline.common.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A server as a child process, with a disk of its own. The program is what {@code PATHLINE_NATS_SERVER} names, or {@code
 * nats-server} on the path; where there is none tests are skipped, but where {@code PATHLINE_CI} says that all is there.
 */
public final class NatsServer implements AutoCloseable {

    private final Path program;
    private final Path disk;
    private final int port;
    private Process process;

    private NatsServer(Path program, Path disk, int port, Process process) {
        this.program = program;
        this.disk = disk;
        this.port = port;
        this.process = process;
    }

    /** Starts a server with an empty disk. */
    public static NatsServer start() {
        try {
            Path program = Programs.require("nats-server", "PATHLINE_NATS_SERVER");
            Path disk = Files.createTempDirectory("nats");
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            return new NatsServer(program, disk, port, run(program, disk, port));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Process run(Path program, Path disk, int port) throws IOException {
        Process process = new ProcessBuilder(List.of(program.toString(), "-a", "127.0.0.1", "-p",
                Integer.toString(port), "-js", "-sd", disk.toString())).redirectErrorStream(true)
                .redirectOutput(disk.resolve("log").toFile()).start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!answers(port)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new AssertionError("the server does not start: " + Files.readString(disk.resolve("log")));
            }
        }
        return process;
    }

    private static boolean answers(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            return false;
        }
    }

    /** How it is reached. */
    public String url() {
        return "nats://127.0.0.1:" + port;
    }

    /** Kills it. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new AssertionError("the server does not die");
        }
    }

    /** Starts it again after it was killed. */
    public void restart() throws IOException {
        process = run(program, disk, port);
    }

    /** Starts it again after it was killed, without what it had on its disk. */
    public void restartEmpty() throws IOException {
        deleteAll();
        restart();
    }

    private void deleteAll() throws IOException {
        try (Stream<Path> all = Files.walk(disk)) {
            for (Path one : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                if (!one.equals(disk)) {
                    Files.deleteIfExists(one);
                }
            }
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        kill();
        deleteAll();
        Files.deleteIfExists(disk);
    }
}
