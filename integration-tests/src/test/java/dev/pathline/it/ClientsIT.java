package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The clients that people have, as they come from npm and PyPI, against a server that asks for keys; and the document of the API under the tools
 * that read it. {@code src/test/clients} has the programs.
 */
class ClientsIT {

    private static final Path FOLDER = Path.of("target/clients");
    private static final String CI = System.getenv("PATHLINE_CI");

    private static PathlineProcess server;
    private static String key;
    private static String one;

    @BeforeAll
    static void start() throws Exception {
        boolean node = runs("node", "--version") && runs("npm", "--version");
        assumeTrue(node || CI != null, "Node and npm are not installed");
        Files.createDirectories(FOLDER);
        try (Stream<Path> programs = Files.list(Path.of("src/test/clients"))) {
            for (Path program : programs.toList()) {
                Files.copy(program, FOLDER.resolve(program.getFileName()),
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
        run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error");
        Path state = Files.createTempDirectory("clients");
        Map<String, String> environment = Map.of("PATHLINE_STATE", state.toString());
        server = PathlineProcess.serve(environment, "--", "--pathline.api.keys.required=always");
        key = made(environment, "clients", "--roles", "generate");
        one = made(environment, "one at a time", "--roles", "generate", "--jobs", "1");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static String made(Map<String, String> environment, String name, String... options) throws Exception {
        var all = new ArrayList<>(List.of("keys", "create", name));
        all.addAll(List.of(options));
        try (PathlineProcess command = PathlineProcess.start(environment, all.toArray(String[]::new))) {
            assertThat(command.await()).as(command.output()).isZero();
            return command.output().lines().filter(line -> line.startsWith("pl_")).findFirst().orElseThrow();
        }
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static String run(String... command) throws Exception {
        File log = Files.createTempFile(FOLDER.toAbsolutePath(), "run", ".log").toFile();
        Process process = new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true)
                .redirectOutput(log).start();
        boolean ended = process.waitFor(180, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        String output = Files.readString(log.toPath());
        assertThat(ended).as("%s ends: %s", String.join(" ", command), output).isTrue();
        assertThat(process.exitValue()).as("%s: %s", String.join(" ", command), output).isZero();
        return output;
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "6", "7"})
    void shouldServeOpenAisClientForNode(String version) throws Exception {
        assertThat(run("node", "openai.mjs", version, server.address(), key)).contains("is served");
        assertThat(run("node", "retries.mjs", version, server.address(), one)).contains("has waited");
    }

    @Test
    void shouldServeOpenAisClientForPython() throws Exception {
        Path venv = FOLDER.resolve("venv").toAbsolutePath();
        String python = venv.resolve("bin/python").toString();
        boolean there = Files.exists(venv.resolve("bin/openai")) || (runs("python3", "-m", "venv", venv.toString())
                && installs(python));
        assumeTrue(there || CI != null, "Python's openai cannot be installed");
        assertThat(run(python, "openai_client.py", server.address(), key)).contains("is served");
    }

    /** Where the package index cannot be reached, those that pip is configured with beside it may have it. */
    private static boolean installs(String python) throws Exception {
        var command = new ArrayList<>(List.of(python, "-m", "pip", "install", "-q", "openai==3.22.1"));
        Process config = new ProcessBuilder(python, "-m", "pip", "config", "get", "global.extra-index-url").start();
        String others = new String(config.getInputStream().readAllBytes()).strip();
        if (!others.isEmpty()) {
            String[] all = others.split("\\s+");
            command.addAll(List.of("--index-url", all[0]));
            for (int i = 1; i < all.length; i++) {
                command.addAll(List.of("--extra-index-url", all[i]));
            }
        }
        return runs(command.toArray(String[]::new));
    }

    @Test
    void shouldDescribeItselfSoThatToolsFindNothingWrong() throws Exception {
        Path document = PathlineProcess.ROOT.resolve("api-service/openapi.json");
        String lint = run("npx", "redocly", "lint", document.toString(), "--config", "redocly.yaml");
        assertThat(lint).contains("is valid").doesNotContain("was generated by the");
        run("npx", "openapi-typescript", document.toString(), "-o", "schema.d.ts");
        run("npx", "tsc", "-p", ".");
        assertThat(run("node", "out/typed.js", server.address(), key)).contains("typed");
    }
}
