package dev.pathline.benchmarks.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A service as a process of its own, as it was built. */
final class ServiceJar {

    private ServiceJar() {}

    /**
     * Starts a service.
     *
     * @param module its folder
     * @param options of the JVM
     * @param arguments of the service
     * @param folder gets its log, {@code MODULE.log}
     */
    static Process start(String module, List<String> options, List<String> arguments, Map<String, String> environment,
            int port, Path folder) throws IOException {
        Path jar;
        try (Stream<Path> files = Files.list(Path.of(module, "target"))) {
            jar = files.filter(file -> file.toString().endsWith("-app.jar")).findFirst().orElseThrow();
        }
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Dai.djl.offline=true"));
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve(module + ".log").toFile());
        builder.environment().putAll(environment);
        builder.environment().putAll(Map.of("PATHLINE_PORT", Integer.toString(port), "PATHLINE_MANAGEMENT_PORT",
                Integer.toString(Backends.freePort()), "OMP_WAIT_POLICY", "passive"));
        return builder.start();
    }
}
