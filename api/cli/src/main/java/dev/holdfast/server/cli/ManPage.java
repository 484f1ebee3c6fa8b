package dev.holdfast.server.cli;

import dev.holdfast.server.cli.option.HelpOption;
import dev.holdfast.server.cli.option.SettingDefaults;
import dev.holdfast.server.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Turns the help of every command into a manual page with environment, exit status and examples. Stateless. */
final class ManPage {
    private static final int WIDTH = 100;
    private static final String ENVIRONMENT = "environment";
    private static final Map<String, String> EXIT_STATUS = Map.of(
            "0",
            "Done.",
            "1",
            "Rejected or failed; stderr says why and what to do.",
            "2",
            "Wrong usage; no request was sent.");

    private ManPage() {}

    /** Applies to the command and its subcommands; called once all of them are added. */
    static void apply(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        spec.addMixin("help", CommandSpec.forAnnotatedObject(new HelpOption()));
        UsageMessageSpec page = spec.usageMessage();
        page.width(WIDTH);
        page.descriptionHeading("%n");
        page.parameterListHeading("%nParameters:%n");
        page.optionListHeading("%nOptions:%n");
        page.commandListHeading("%nCommands:%n");
        page.exitCodeListHeading("%nExit status:%n");
        page.footerHeading("%nExamples:%n");
        Map<String, String> status = new LinkedHashMap<>();
        List.of("0", "1", "2")
                .forEach(code -> status.put(code, page.exitCodeList().getOrDefault(code, EXIT_STATUS.get(code))));
        page.exitCodeList().forEach(status::putIfAbsent);
        page.exitCodeList(status);
        List<String> sections = new ArrayList<>(page.sectionKeys());
        sections.add(sections.indexOf(UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST_HEADING), ENVIRONMENT);
        page.sectionKeys(sections);
        page.sectionMap().put(ENVIRONMENT, ManPage::environment);
        command.getSubcommands().values().forEach(ManPage::apply);
    }

    /** The section of variables that replace options. */
    private static String environment(Help help) {
        StringBuilder lines = new StringBuilder();
        help.commandSpec().options().stream()
                .map(SettingDefaults::key)
                .filter(SettingDefaults.OPTIONS::contains)
                .sorted()
                .forEach(key -> lines.append(String.format("  %-22s in place of --%s%n", Settings.variable(key), key)));
        return lines.isEmpty() ? "" : String.format("%nEnvironment:%n%s", lines);
    }
}
