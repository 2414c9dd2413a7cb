package dev.pathline.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rules that keep the house in order. */
@AnalyzeClasses(packages = "dev.pathline", importOptions = {ImportOption.DoNotIncludeTests.class,
    ArchitectureTest.DoNotIncludeTestJars.class})
class ArchitectureTest {

    /** The tests of other modules come as jars. */
    static final class DoNotIncludeTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule tensorsAreTouchedInTheEngineAlone = noClasses().that().resideOutsideOfPackage(
            "dev.pathline.engine..").should().dependOnClassesThat().resideInAPackage("ai.djl..");

    @ArchTest
    static final ArchRule pytorchIsBehindTheSeam = noClasses().that().resideOutsideOfPackage(
            "dev.pathline.engine.torch").should().dependOnClassesThat().resideInAPackage("ai.djl.pytorch..");

    @ArchTest
    static final ArchRule theLibraryKnowsNoSpring = noClasses().that().resideInAnyPackage("dev.pathline.diffusion..",
            "dev.pathline.engine..", "dev.pathline.common..").should().dependOnClassesThat()
            .resideInAPackage("org.springframework..");

    @ArchTest
    static final ArchRule theMathematicsDependsOnNothingOfOurs = noClasses().that()
            .resideInAPackage("dev.pathline.diffusion..").should().dependOnClassesThat(
                    com.tngtech.archunit.base.DescribedPredicate.describe("are ours but not diffusion's",
                            c -> c.getPackageName().startsWith("dev.pathline")
                                    && !c.getPackageName().startsWith("dev.pathline.diffusion")));

    @ArchTest
    static final ArchRule theEngineKnowsTheMathematicsAlone = noClasses().that()
            .resideInAPackage("dev.pathline.engine..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.pathline.common..", "dev.pathline.worker..",
                    "dev.pathline.trainer..", "dev.pathline.api..", "dev.pathline.standalone..");

    @ArchTest
    static final ArchRule theApiKnowsNoEngine = noClasses().that().resideInAPackage("dev.pathline.api..").should()
            .dependOnClassesThat().resideInAnyPackage("dev.pathline.engine..", "dev.pathline.worker..",
                    "dev.pathline.trainer..", "ai.djl..");

    @ArchTest
    static final ArchRule adaptersAreChosenInConfigurationAlone = noClasses().that()
            .resideOutsideOfPackages("dev.pathline.common.inprocess..", "dev.pathline.s3..",
                    "dev.pathline.sql..", "dev.pathline.nats..", "dev.pathline.http..", "dev.pathline.distributed..",
                    "dev.pathline.standalone..")
            .should()
            .dependOnClassesThat().resideInAnyPackage("dev.pathline.common.inprocess..", "dev.pathline.s3..",
                    "dev.pathline.sql..", "dev.pathline.nats..", "dev.pathline.http..");

    @ArchTest
    static final ArchRule thereIsOneLog = noClasses().should().dependOnClassesThat().belongToAnyOf(System.Logger.class,
            java.util.logging.Logger.class).orShould().dependOnClassesThat().resideInAnyPackage(
                    "org.apache.commons.logging..", "ch.qos.logback..");

    @ArchTest
    static final ArchRule noPackageCycles = slices().matching("dev.pathline.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule everyPackageSaysWhatMayBeNull = classes().that().haveSimpleNameNotEndingWith("package-info")
            .should(liveInANullMarkedPackage());

    private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
        return new ArchCondition<>("live in a @NullMarked package") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                boolean marked = item.getPackage().isAnnotatedWith(NullMarked.class)
                        || item.getModifiers().contains(JavaModifier.SYNTHETIC);
                events.add(new SimpleConditionEvent(item, marked, item.getName() + " is in " + item.getPackageName()));
            }
        };
    }

    @Test
    void shouldKeepClassesSmall() throws IOException {
        try (Stream<Path> files = Files.walk(PathlineProcess.ROOT)) {
            List<String> large = files
                    .filter(f -> f.toString().endsWith(".java") && f.toString().contains("/src/main/"))
                    .filter(f -> lines(f) > 400).map(Path::toString).toList();
            assertThat(large).isEmpty();
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
