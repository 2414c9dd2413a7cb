package dev.pathline.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@AnalyzeClasses(packages = "dev.pathline.api", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule knowsNoAdaptersAndNoEngine = noClasses().should().dependOnClassesThat()
            .resideInAnyPackage("dev.pathline.common.inprocess..", "dev.pathline.engine..", "ai.djl..");

    @ArchTest
    static final ArchRule controllersTalkToServices = noClasses().that().haveSimpleNameEndingWith("Controller").should()
            .dependOnClassesThat().haveSimpleName("BlobStore").orShould().dependOnClassesThat()
            .haveSimpleName("EventLog").orShould().dependOnClassesThat().haveSimpleName("JobSignals");

    @ArchTest
    static final ArchRule hasNoCycles = slices().matching("dev.pathline.api.(*)..").should().beFreeOfCycles();

    /** What this module is deployed with, and more: the tests' own dependencies are there too. */
    @Test
    void shouldHaveNoLibtorchOnItsClassPath() throws Exception {
        List<String> entries = List.of(System.getProperty("java.class.path").split(File.pathSeparator));
        assertThat(entries).as("the real class path").anyMatch(entry -> entry.contains("spring-webflux"));

        assertThat(entries.stream().filter(ArchitectureTest::hasTensors)).isEmpty();
        assertThat(entries).noneMatch(entry -> entry.contains("pathline-engine") || entry.contains("/engine/target"));
    }

    @Test
    void shouldSeeTensorsWhereTheyAre(@TempDir Path folder) throws Exception {
        for (String name : List.of("ai/djl/engine/Engine.class", "native/lib/libtorch_cpu.so",
                "org/pytorch/Module.class")) {
            Path jar = folder.resolve(name.replace('/', '.') + ".jar");
            try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
                out.putNextEntry(new ZipEntry(name));
            }
            assertThat(hasTensors(jar.toString())).as(name).isTrue();
        }
    }

    private static boolean hasTensors(String entry) {
        if (!entry.endsWith(".jar")) {
            return Files.exists(Path.of(entry, "ai/djl"));
        }
        try (var jar = new JarFile(entry)) {
            return jar.stream()
                    .anyMatch(file -> file.getName().startsWith("ai/djl/") || file.getName().contains("libtorch")
                            || file.getName().startsWith("org/pytorch/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
