package dev.holdfast.simulation;

import java.util.List;
import java.util.Map;

/** Which results a program may have: the text of what it has seen, in the order of its calls. Immutable. */
final class ResultModel {
    private static final int IMPOSSIBLE = -1;

    private final List<Program> programs;
    /** The names of the signals that were sent, by payload. */
    private final Map<String, String> signals;

    ResultModel(List<Program> programs, Map<String, String> signals) {
        this.programs = programs;
        this.signals = signals;
    }

    /** Whether the calls of a program may have seen this. */
    boolean isPossible(int program, String text) {
        return calls(programs.get(program).calls(), ProgramCode.root(program), text, 0) == text.length();
    }

    /** Whether a program may fail so: as it is written, by a rejection or by its deadline. */
    boolean mayFail(int program, String failure) {
        Program failed = programs.get(program);
        return failed.fails()
                || failure.contains("rejected")
                || failure.contains("deadline") && failed.toleratesDeadline();
    }

    /** Returns where the text of these calls ends that begins here. */
    private int calls(List<Program.Call> calls, String place, String text, int at) {
        int end = at;
        for (int i = 0; i < calls.size() && end != IMPOSSIBLE; i++) {
            end = call(calls.get(i), place + "." + i, text, end);
        }
        return end;
    }

    private int call(Program.Call call, String place, String text, int at) {
        return switch (call) {
            case Program.Step step -> step(step.body(), place, text, at);
            case Program.Once once -> step(once.body(), place, text, at);
            case Program.Sleep sleep -> at;
            case Program.Publish publish -> at;
            case Program.Await await -> await(await, place, text, at);
            case Program.Saga saga -> saga(saga, place, text, at);
            case Program.All all -> joined(all.branches(), place, text, at);
            case Program.Map map -> joined(map.branches(), place, text, at);
            case Program.Race race -> race(race, place, text, at);
            case Program.Child child -> child(child.program(), text, at);
            case Program.Start start -> item(place + "s", text, at);
            case Program.Read read -> item(place + "t", text, at);
            case Program.Uncancellable block -> calls(block.calls(), place, text, at);
            case Program.Caught caught -> {
                int end = call(caught.call(), place, text, at);
                yield end == IMPOSSIBLE ? literal(place + "!;", text, at) : end;
            }
        };
    }

    private static int literal(String expected, String text, int at) {
        return at != IMPOSSIBLE && text.startsWith(expected, at) ? at + expected.length() : IMPOSSIBLE;
    }

    /** What begins so, and ends with the next semicolon. */
    private static int item(String begin, String text, int at) {
        int rest = literal(begin, text, at);
        int end = rest == IMPOSSIBLE ? IMPOSSIBLE : text.indexOf(';', rest);
        return end == IMPOSSIBLE ? IMPOSSIBLE : end + 1;
    }

    private static int step(Program.Body body, String place, String text, int at) {
        return body.fate() == Program.Fate.REJECTION ? IMPOSSIBLE : item(place + "#", text, at);
    }

    private int await(Program.Await await, String place, String text, int at) {
        int end = item(place + "=", text, at);
        if (end == IMPOSSIBLE) {
            return await.seconds() == 0 ? IMPOSSIBLE : literal(place + "-;", text, at);
        }
        String payload = text.substring(at + place.length() + 1, end - 1);
        return await.signal().equals(signals.get(payload)) ? end : IMPOSSIBLE;
    }

    private int saga(Program.Saga saga, String place, String text, int at) {
        int end = at;
        for (int i = 0; i < saga.steps().size() && end != IMPOSSIBLE; i++) {
            end = step(saga.steps().get(i).body(), place + ".s" + i, text, end);
        }
        return end == IMPOSSIBLE ? IMPOSSIBLE : calls(saga.behind(), place + ".b", text, end);
    }

    private int joined(List<List<Program.Call>> branches, String place, String text, int at) {
        int end = at;
        for (int i = 0; i < branches.size(); i++) {
            end = literal(i == 0 ? "[" : "|", text, end);
            end = end == IMPOSSIBLE ? IMPOSSIBLE : calls(branches.get(i), place + "." + i, text, end);
        }
        return literal("]", text, end);
    }

    private int race(Program.Race race, String place, String text, int at) {
        for (int i = 0; i < race.branches().size(); i++) {
            int rest = literal("<" + i + ":", text, at);
            if (rest != IMPOSSIBLE) {
                return literal(">", text, calls(race.branches().get(i), place + "." + i, text, rest));
            }
        }
        return IMPOSSIBLE;
    }

    private int child(int program, String text, int at) {
        int rest = literal("(", text, at);
        if (rest == IMPOSSIBLE || programs.get(program).fails()) {
            return IMPOSSIBLE;
        }
        return literal(")", text, calls(programs.get(program).calls(), ProgramCode.root(program), text, rest));
    }
}
