package dev.pathline.diffusion;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.pathline.diffusion", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule SHOULD_HAVE_NO_PACKAGE_CYCLES = slices().matching("dev.pathline.diffusion.(*)..").should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule SHOULD_BE_PLAIN_JAVA_BUT_FOR_THE_JSON_OF_THE_CARD = classes().that()
            .resideOutsideOfPackage("..card..").should().onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "dev.pathline.diffusion..");
}
