package dev.pathline.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.pathline.api", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule knowsNoAdaptersAndNoEngine = noClasses().should().dependOnClassesThat()
            .resideInAnyPackage("dev.pathline.common.inprocess..", "dev.pathline.engine..", "ai.djl..");

    @ArchTest
    static final ArchRule controllersTalkToServices = noClasses().that().haveSimpleNameEndingWith("Controller").should()
            .dependOnClassesThat().haveSimpleName("BlobStore").orShould().dependOnClassesThat()
            .haveSimpleName("EventLog").orShould().dependOnClassesThat().haveSimpleName("JobQueue");

    @ArchTest
    static final ArchRule hasNoCycles = slices().matching("dev.pathline.api.(*)..").should().beFreeOfCycles();
}
