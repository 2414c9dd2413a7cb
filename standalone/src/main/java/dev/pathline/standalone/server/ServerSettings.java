package dev.pathline.standalone.server;

import dev.pathline.common.disk.OwnerMark;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * What the settings come to before the server starts: arguments, then the environment ({@code SERVER_PORT},
 * {@code PATHLINE_PORT}), then the files, as Spring Boot reads them.
 *
 * @param address the address to listen on
 * @param port the port, 0 for any
 * @param tls whether connections are encrypted
 * @param devices the devices of the worker
 * @param models where models are
 * @param state where jobs are kept, or null if they are kept in memory
 */
public record ServerSettings(String address, int port, boolean tls, List<String> devices, String models,
        @Nullable Path state) {

    private static final int MAX_PORT = 65_535;

    /**
     * Reads the settings.
     *
     * @param arguments {@code --key=value}
     * @throws IllegalArgumentException if the port is none
     */
    public static ServerSettings of(String... arguments) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        String address = environment.getProperty("server.address", "");
        boolean tls = environment.getProperty("server.ssl.enabled", Boolean.class, true)
                && (environment.containsProperty("server.ssl.bundle")
                        || environment.containsProperty("server.ssl.key-store")
                        || environment.containsProperty("server.ssl.certificate"));
        List<String> devices = Arrays.stream(environment.getProperty("pathline.worker.device", "auto").split(","))
                .map(String::strip).toList();
        boolean bucket = "s3".equalsIgnoreCase(environment.getProperty("pathline.standalone.registry", ""));
        String models = bucket
                ? "s3://" + environment.getProperty("pathline.standalone.s3.bucket", "")
                : environment.getProperty("pathline.standalone.models", "models");
        return new ServerSettings(address.isBlank() ? "0.0.0.0" : address, port(environment.getProperty("server.port",
                "8080")), tls, devices, models,
                environment.getProperty("pathline.standalone.memory", Boolean.class, false)
                        ? null
                        : Path.of(environment.getProperty("pathline.standalone.state", "state")));
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("the port must be a number from 0 to " + MAX_PORT + ", not '" + text
                + "' (--port, PATHLINE_PORT or SERVER_PORT)");
    }

    /**
     * Finds out whether jobs can be kept where they are to be.
     *
     * @throws IllegalStateException if another server keeps its own there
     */
    public void requireState() {
        if (state == null) {
            return;
        }
        boolean taken;
        try {
            taken = OwnerMark.isHeld(StateFolder.lock(state));
        } catch (IOException e) {
            // Nobody was there yet, or what is wrong is told when it is opened.
            taken = false;
        }
        if (taken) {
            throw Storage.taken(state);
        }
    }

    /** The address to open, at the port that was bound. */
    public String url(int bound) {
        return (tls ? "https://" : "http://") + host() + ":" + bound;
    }

    private String host() {
        InetAddress literal;
        try {
            literal = InetAddress
                    .ofLiteral(address.startsWith("[") ? address.substring(1, address.length() - 1) : address);
        } catch (IllegalArgumentException e) {
            return address;
        }
        if (literal.isLoopbackAddress() || literal.isAnyLocalAddress()) {
            return "localhost";
        }
        return literal.getHostAddress().indexOf(':') >= 0
                ? "[" + literal.getHostAddress() + "]"
                : literal.getHostAddress();
    }
}
