package dev.pathline.common;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.pathline.common", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule knowsNoFramework = noClasses().should().dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "ai.djl..", "dev.pathline.engine..", "java.awt..",
                    "javax.imageio..");

    @ArchTest
    static final ArchRule portsKnowNoAdapters = noClasses().that().resideOutsideOfPackages("..inprocess..")
            .should()
            .dependOnClassesThat().resideInAnyPackage("..inprocess..");

    @ArchTest
    static final ArchRule hasNoCycles = slices().matching("dev.pathline.common.(*)..").should().beFreeOfCycles();
}
