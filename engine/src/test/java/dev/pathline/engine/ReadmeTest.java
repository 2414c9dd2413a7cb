package dev.pathline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs in the READMEs compile as they stand there and do what is said of them, in a JVM of their own. */
class ReadmeTest {

    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("\n    java (.*) (\\w+)\\.java\n");

    @TempDir
    private Path folder;

    private static String text(String file) throws IOException {
        return Files.readString(Path.of("..").resolve(file));
    }

    private static List<String> programs(String file) throws IOException {
        return PROGRAM.matcher(text(file)).results().map(found -> found.group(1)).toList();
    }

    private void compile(String name, String program) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var source = new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return program;
            }
        };
        var messages = new StringWriter();
        boolean compiled = compiler.getTask(messages, null, null, List.of("-Xlint:all", "-Werror", "-d",
                folder.toString(), "-cp", classPath(), "-proc:none"), null, List.of(source)).call();
        assertThat(compiled).as(messages.toString()).isTrue();
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    /** Runs a compiled program in a folder that has the repository's models, with the flags that the README names. */
    private String run(String name, List<String> flags) throws IOException, InterruptedException {
        if (Files.notExists(folder.resolve("models"))) {
            Files.createSymbolicLink(folder.resolve("models"), Path.of("../models").toRealPath());
        }
        var command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
        command.addAll(flags);
        command.addAll(List.of("-cp", folder + java.io.File.pathSeparator + classPath(), name));
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        boolean ended = process.waitFor(2, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertThat(ended).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }

    /** The flags between {@code java} and the class path. */
    private static List<String> flags() throws IOException {
        var found = COMMAND.matcher(text("README.md"));
        assertThat(found.find()).isTrue();
        assertThat(found.group(2)).isEqualTo("Bag");
        return Stream.of(found.group(1).split(" -cp ")[0].split(" ")).toList();
    }

    @Test
    void shouldDoWhatTheFirstReadmeSays() throws IOException, InterruptedException {
        List<String> programs = programs("README.md");
        assertThat(programs).hasSize(1);
        assertThat(programs.getFirst().lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(10);

        compile("Bag", programs.getFirst());
        String output = run("Bag", flags());

        assertThat(ImageIO.read(folder.resolve("bag.png").toFile()).getWidth()).isEqualTo(28);
        assertThat(output.strip()).matches("(?s).*\\[-?\\d+\\.\\d+, -?\\d+\\.\\d+]");
    }

    @Test
    void shouldDoWhatTheEnginesReadmeSays() throws IOException, InterruptedException {
        List<String> programs = programs("engine/README.md");
        assertThat(programs).isNotEmpty();

        for (int i = 0; i < programs.size(); i++) {
            compile("Example" + i, programs.get(i));
            assertThat(run("Example" + i, flags())).isNotBlank();
        }
    }

    @Test
    void shouldNameTheCoordinatesOfThisModule() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        String version = pom.replaceAll("(?s).*?<version>(.*?)</version>.*", "$1");
        String artifact = pom.replaceAll("(?s).*</parent>.*?<artifactId>(.*?)</artifactId>.*", "$1");

        assertThat(text("README.md")).contains("""
                <dependency>
                  <groupId>dev.pathline</groupId>
                  <artifactId>%s</artifactId>
                  <version>%s</version>
                </dependency>
                """.formatted(artifact, version));
    }
}
