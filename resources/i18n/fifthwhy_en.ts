<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>  answered: {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>  or  </source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source> (%n parked)</source>
        <translation>
            <numerusform> (%n parked)</numerusform>
            <numerusform> (%n parked)</numerusform>
        </translation>
    </message>
    <message>
        <source> (goes with {explained_by})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> (offered: {why})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> The case is strict: it cannot be answered with this lead before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> To be filled in: {lacks}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> or </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> to {until}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> · set by you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> · with {lead}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n UI events</source>
        <translation>
            <numerusform>%n UI event</numerusform>
            <numerusform>%n UI events</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n decisions are being listed…</source>
        <translation>
            <numerusform>%n decision is being listed…</numerusform>
            <numerusform>%n decisions are being listed…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n decisions from {first} to {last} ({zone})</source>
        <translation>
            <numerusform>%n decision from {first} to {last} ({zone})</numerusform>
            <numerusform>%n decisions from {first} to {last} ({zone})</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n further checks are still asked</source>
        <translation>
            <numerusform>%n further check is still asked</numerusform>
            <numerusform>%n further checks are still asked</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n further checks cannot tell</source>
        <translation>
            <numerusform>%n further check cannot tell</numerusform>
            <numerusform>%n further checks cannot tell</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n further checks do not apply here</source>
        <translation>
            <numerusform>%n further check does not apply here</numerusform>
            <numerusform>%n further checks do not apply here</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n further checks speak against their causes</source>
        <translation>
            <numerusform>%n further check speaks against its cause</numerusform>
            <numerusform>%n further checks speak against their causes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n further checks were not run</source>
        <translation>
            <numerusform>%n further check was not run</numerusform>
            <numerusform>%n further checks were not run</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n labels</source>
        <translation>
            <numerusform>%n label</numerusform>
            <numerusform>%n labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n leads</source>
        <translation>
            <numerusform>%n lead</numerusform>
            <numerusform>%n leads</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n leads · {out} ruled out · {still} open</source>
        <translation>
            <numerusform>%n lead · {out} ruled out · {still} open</numerusform>
            <numerusform>%n leads · {out} ruled out · {still} open</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more roles…</source>
        <translation>
            <numerusform>%n more role…</numerusform>
            <numerusform>%n more roles…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more rows stand in the report.</source>
        <translation>
            <numerusform>%n more row stands in the report.</numerusform>
            <numerusform>%n more rows stand in the report.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n requests</source>
        <translation>
            <numerusform>%n request</numerusform>
            <numerusform>%n requests</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n values</source>
        <translation>
            <numerusform>%n value</numerusform>
            <numerusform>%n values</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(%n more rows were not copied)</source>
        <translation>
            <numerusform>(%n more row was not copied)</numerusform>
            <numerusform>(%n more rows were not copied)</numerusform>
        </translation>
    </message>
    <message>
        <source>(no name yet)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>(not read yet)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>*There is no page “{page}” yet; this is the overview.*

{text}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>+ filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, below them in {zone}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, ruler in probability</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, {missing} missing then</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, {share} of the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>10 minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; this model’s own: {own}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; {to_adverse} the other way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A bar leads to a check; it is never evidence for a cause.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A numbered frame; it can be linked to a decision, a screen event, a box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A person closes a case, with an ending; what the checks concluded stays beside it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A person’s answer stands in for UI events (grade C). The checks run again with it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A screenshot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A way through the product, step by step: what was done, what should be seen then, and what was seen. A step can show a picture of the case.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About Fifth Why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Action points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Action points…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a fact</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a fact…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a rival</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a rival…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a screenshot…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a walkthrough…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add an action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add an interview…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add the model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add this line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add {condition}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All actions, checks, inputs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Among training rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An action, a check, an input, a decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An answer in words: no check stands behind it, and the report says so.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An opaque part: nothing of what was there is in the new picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another way this could have come about, to be settled by a fact.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer in words…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer the three first questions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer the three questions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer with the lead…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer with this…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answered{lead}: {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apr</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Arrow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As it is in this decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking the model again…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Aug</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to the case →</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to the decision before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before the case can be closed: </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By values or a range</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel what is running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cases that you open stand here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change interview {id}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change the answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change walkthrough {id}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chart as a table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checks answer: supports, speaks against, cannot tell.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Checks are running: %n have answered. The report is written when the last one has; it stands here then and follows whatever is said on the Whys tab.</source>
        <translation>
            <numerusform>Checks are running: %n has answered. The report is written when the last one has; it stands here then and follows whatever is said on the Whys tab.</numerusform>
            <numerusform>Checks are running: %n have answered. The report is written when the last one has; it stands here then and follows whatever is said on the Whys tab.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Checks are running: %n have answered. The time line is drawn when the last one has.</source>
        <translation>
            <numerusform>Checks are running: %n has answered. The time line is drawn when the last one has.</numerusform>
            <numerusform>Checks are running: %n have answered. The time line is drawn when the last one has.</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a playbook…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen by hand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen: {kind}. Arrow keys move it, with Shift they stretch it, Del removes it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the list of recent cases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click to change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close all the same</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close with an ending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close with an ending…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closed on {on}: {kind}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns of the decisions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns of the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns of the log without a use; drag one onto a model input</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns without a use (drag one onto an input, or choose it there)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Condition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Contributions of every input</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied: {text}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy a question for its owners</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the decision’s id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the text to send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cover</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cut</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dec</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do not take this {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draft of the post-mortem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag to narrow the time; double-click for all of it; Enter to type it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop the model and the log of its requests here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop what you have. Nothing leaves this computer, nothing is changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each line is undone, the first one first, and the same model is asked again. Nothing of the case changes; what came of it can be kept as a fact.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit, Undo brings it back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter puts a mark into the middle: {kind}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Esc or Ctrl+.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Expected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explaining</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explaining…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export into</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fact</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fact {id} (grade {grade}{whose}): {words}{picture}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Family</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Feb</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fifth Why cases (*.fifthwhy *.toml)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fifth Why report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter the decisions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find  Ctrl+K</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First, not about the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First: whose box, right person, what was shown ({done} of 3)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder to write into</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For those who meet the next case. It stands in the report as typed; what is left empty is said to be not filled in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For whom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For whom the report is made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For whom the report is shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget the list; files stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forward again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From where to where</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From where you begin to what you point at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From, included</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to a decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to a decision…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to a section</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to: {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grade</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guards warn: it can be closed all the same, and the report says what was missing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guess the {role} again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guessed from names, types, values and the model. Correct what is wrong; the rest is ready.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HOW DID IT COME ABOUT?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HOW DID IT STAY UNNOTICED?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HTML: one file that stands alone, for a browser, a mail or a ticket</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Help on this pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Help page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Help: the address was copied; this program opens no network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Here stands the report once a decision is picked: page one for everybody, then facts, timeline, how it came about, what was not checked, action points.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Here stands the time line once a decision is picked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide {plain}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How it works</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many are like this one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How sure? {strong}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How this was counted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>I looked through it: people outside may see what is left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>I trust whoever made this file: read it in a process of its own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Id of the decision, or of a screen event</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Id or name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the log {names}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the person’s own words, questions too. It is evidence of grade C at most: it confirms nothing by itself. No check reads it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In your words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Input</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Input units</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interview {id}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Into which folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Investigate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Investigating</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Is it the right person (no shared account, no mix-up)?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It has no name yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was cancelled before it was open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jan</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jul</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jun</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep as a fact</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lead {id}: {statement}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learn it in five minutes: cases with a known end</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the case</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Let go: %n files are read into this case, and you see what each was taken for</source>
        <translation>
            <numerusform>Let go: %n file is read into this case, and you see what it was taken for</numerusform>
            <numerusform>Let go: %n files are read into this case, and you see what each was taken for</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Let go: %n files are read, and you see what each was taken for</source>
        <translation>
            <numerusform>Let go: %n file is read, and you see what it was taken for</numerusform>
            <numerusform>Let go: %n files are read, and you see what each was taken for</numerusform>
        </translation>
    </message>
    <message>
        <source>Let go: the picture is kept as the screenshot of the case you open next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let go: this case opens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let go: you mark the picture, and it goes into this case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let it stand again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lift the waiver</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Linked to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log column to model input</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log column → model input</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log file: {log_file}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at the files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at the recent cases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark a picture…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Markdown: for GitHub, GitLab or Jira</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Masked: {masked}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>May</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>May be seen outside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Meeting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Meeting  F5</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Menu</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Missing to close: </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Missing to close: {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most surprising first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name a group: {column} {value}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name this group…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Named groups</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Named groups…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Named in the ticket and in the log:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Narrow the values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No check answered about it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No column feeds {input}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No column is the {role}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No decision fits the filters and the search.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No explanation: {words}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No group has a name yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No log was given. With a model alone there are no decisions to list.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No mark is chosen: choose a tool, or a mark with Tab</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No request of this log stands behind the picked decision.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No rows are said yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody was asked yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None of the ids in the ticket is in the log ({said}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Normal text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not known: {missing}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not now: {why_not}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not open yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not ready: {names}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing fits. Fewer letters find more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing here yet: “{add}” begins a row, Tab goes on in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing in the inputs can be undone for this lead: no replay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is chosen to be written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is counted on this card.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is masked: ids and words stand as they are. For us only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is missing to close the case.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is missing to close.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is missing to confirm it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing tells surprise here: there is neither a model nor an outcome.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was recognised in it; the words can be said later (Ctrl+Shift+X).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nov</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number or value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Oct</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Offered: {why}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only this part is handed on; what is around it is not in the new picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a case…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Park</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Park a question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste a screenshot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste the ticket or the mail here: words, date, number and pictures are taken from it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pick a decision on the left: what the model did with its inputs will be here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pick a decision: the checks that bear on it will answer here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pick the decision and say what you expected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pick the decision →</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pick this decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pick {each}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pick {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picking {decision}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture of the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture of the report, larger</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Picture to mark, %n marks</source>
        <translation>
            <numerusform>Picture to mark, %n mark</numerusform>
            <numerusform>Picture to mark, %n marks</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture {id}: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Playbook: {playbook}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Policy question: a person decides, with these numbers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Print the report…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of opening</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proposed from the class of cause. They stand in the report, in findings.json and on the last card; each needs an owner and a day before somebody does it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Python {python}, Qt {qt}, {system}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Questions and answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading again with this…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading ranges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the columns</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the wording of the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recent cases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo {redo}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Region</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the mark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reopen the case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Repair and replay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replaying</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reported words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reports for readers outside leave the name out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset the layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Return does it; arrow keys choose another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rival</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rivals as in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Role</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rows of the log under a name of your own. Every check of groups sees one as a column; it is the same as --group NAME=ROWS on the command line and [groups] in a case.toml. The checks run again when it is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule out…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule, times and scale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run the checks again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SHA-256 {sha256}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Said before the checks are read, it guards against finding what one looks for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Said by (a role will do)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample case: {title}. {story}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save a copy of the case…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Say what you expected…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score not reproduced.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score part</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score reproduced after a mapping.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score reproduced.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search decisions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search id, subject, session, day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search ids, subjects, sessions, or a day like 2026-05-07</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Second number or value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seen in other requests: nothing says that it touches this decision.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all decisions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide the decisions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the whys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show these decisions in the list on the left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show {words} in the text, line {place}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shown again: what was typed here and not kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shown: {shown}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Skip, and record that</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smallest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something went wrong inside the program ({name}). The case is safe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Steps, one a line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Still needed before this counts as confirmed: {needed}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Stopped; %n checks have answered.</source>
        <translation>
            <numerusform>Stopped; %n check has answered.</numerusform>
            <numerusform>Stopped; %n checks have answered.</numerusform>
        </translation>
    </message>
    <message>
        <source>Strict: guards block</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subgroups</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take it out of the case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take out interview {id}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take out walkthrough {id}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the marked action away (Delete)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the marked row away (Delete)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the post-mortem to the ticket or the meeting.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken from it; correct what is wrong. It goes into the case that you open next.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The UI events have nothing of this subject before it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The cards are being written…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The case is strict: it can be closed when each of these is met or waived.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The case it repeats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The checks are running…</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>The checks have finished: %n answers, {leads}.</source>
        <translation>
            <numerusform>The checks have finished: %n answer, {leads}.</numerusform>
            <numerusform>The checks have finished: %n answers, {leads}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The checks were stopped before the end. Run them again (F9): the report needs them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The checks were stopped before the end. Run them again (F9): the time line needs them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The day comes first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The draft is being written…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The fact</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The forms: {forms}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The log has no rows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The log is being read. Its decisions will be listed here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The month comes first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picked decision is not in this list: the filters or the search leave it out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture stays as it was given. Reports show a new one made of its pixels, with these marks; what is covered or cut off is not in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The post-mortem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proposals again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The report says that every guard was met or waived.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The right person: {right}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The rival</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same as a table (Ctrl+T)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The screen is blank</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The three first questions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The time line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The window is drawn with Qt and PySide6, © The Qt Company Ltd. and others, under the GNU Lesser General Public License version 3; they are separate packages that you may replace. Charts on screen: pyqtgraph (MIT).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The wording of the report is being read…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The words above, with versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model, so nothing can be explained.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These steps change nothing: they need a log, and a model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These, or everything but these</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ticket or mail</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time line as a list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time strip: {said}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time strip: {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Times as the log wrote them: the zone is not known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Times in UTC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To be looked at again on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trust the pickled model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try a repair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try a repair…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>UI context</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>UI events</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo a suspected cause and ask the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo {undo}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unit of {input}: {unit}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Values with their counts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version {version}, MIT licence. Nothing leaves this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waive: {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waive…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Walkthrough {id}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What came of it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What does this check do?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What exactly was shown?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What helped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What hindered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is to be answered after the meeting?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is what</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is what?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What it costs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What it costs when it runs for so long, in your own words and units: money, work, trust. The report has the counts beside it, under Impact.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What it costs…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What it shows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What people told</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the checks say of {input}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model did</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model did will be here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model did, beside why that happened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the person saw</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What this model says of the request; another component filled the box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What to do</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What to find</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What to write</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was expected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was luck</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was seen or said, as it is. A person&apos;s name is not needed: a role will do.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What we learned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What we learned…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What will be masked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What would tell: {need}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where that comes from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whether the score is reproduced cannot be told.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which decision surprised somebody?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which picture?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who says so?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whose box or step showed this?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whose box or step: {box}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whose view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whose view it gives, where it is not the person’s own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why did that happen?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why we were surprised</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whys, timeline, report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Will be replaced: {there}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without a model and a logged score there is nothing to reproduce.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing the cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing the draft</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing the report for print</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Written: %n files</source>
        <translation>
            <numerusform>Written: %n file</numerusform>
            <numerusform>Written: %n files</numerusform>
        </translation>
    </message>
    <message>
        <source>a box without a title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a component, by its name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a date, such as 2027-01-31</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a day (2026-05-07) or a minute (2026-05-07 08:40), </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a decision, by its id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a lead of this family concerns this decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a number such as 0.2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a role, such as: support</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a screen event, by its id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {linked}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add a file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add fact {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add interview {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add picture {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add rival {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add walkthrough {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>adverse share</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>also: {corroborations}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>among training rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>and, if you have them: training data, outcomes, screen events, a screenshot, the feature list with units, releases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answer how it came about</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answer the first questions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answer them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answer “{what}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>arrow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as it stands: {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>at most {most:,}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>back: H</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>back: W</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bars in {scale}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by hand: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by or of</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by range only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cannot be read: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change interview {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change the group “{what}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change walkthrough {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>checks are running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>choose the playbook “{what}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>chosen: {kind} {place}, from {left}, {top} to {right}, {bottom}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>clipboard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>close it there first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>close the case: {ending}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>closed {on}: {kind}{of}{missing}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>column for {column_words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>columns for {words}: {said}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>component</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>convert times from …, to …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>copy it into a folder of your own and open it there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>copy one first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>could not be made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>counting the rows…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>counting the values…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cover</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cut</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>date</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>day and time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>day and time, as far as known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>delete the group “{what}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dictionary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>divide by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>edit the action points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>edit the named groups</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>everybody else {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>expectation: not said yet (Ctrl+Shift+X)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>expectation: skipped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>expected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>expected: {expected}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>feature store</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>filtering</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for the public: words withheld</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for us: nothing masked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from a cache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from is included, to is not; or tick values below</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from must lie before to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>grade C</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>grade {grade}: {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how counted: H</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how such cases were decided before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>if it holds, we expect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>if not</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in all rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in the box of {component}: {held}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in this case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in {segment}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>input</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is missing where it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it repeats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its picture is not in the case any more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>just </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left aside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>let a rival stand again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>let guards warn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lift a waiver</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>like this one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>line {place}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>list everything but these</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>list these</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>listing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>live test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>log column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>log column for {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>logged score differs from this model’s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>logged score reproduced ✓</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>logged score reproduced ✓ ({mapping})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>logged score: cannot tell whether it is this model’s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lookup table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lowered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>make the case strict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mapped by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mark picture {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mean change of the score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>missing when it was closed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>missing; never missing in training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>model input</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>model version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>multiply by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>my own judgement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>name of the component or step{rest}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>name the group “{what}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>narrow the values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>never seen in training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no UI events say what was shown, and nobody told anything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no answer of its own stands here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no lead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no model: nothing to map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no other decision was picked before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no: shared account or mix-up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not answered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not covered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not covered: {does_not_cover}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not hashed yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not possible now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not read yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not said</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not shown outside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not taken, since</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing can be written beside this case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing is missing to confirm it (Ctrl+Return)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing is recorded of it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing is running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing masked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>only interviews and walkthroughs are masked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>onset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open a case first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open a case with a log first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>other cut-off: from …, to …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>other model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>outcome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>outcomes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>outside the training range</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>owner (a role)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>park a question: Q{rest}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>personal data hidden</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pick a decision first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>picked before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>picture kept as the screenshot: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>picture {id}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>policy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>raised</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>region</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>release</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>releases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>remove fact {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rename the group “{what}” to “{name}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reopen a why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reopen the case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reported words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>role of {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rule out “{what}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ruled out by hand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>saved in {name} · </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>say what it costs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>say what was expected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>say what was learned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score of this decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score scale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>screenshot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>searching</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>see Help, Show log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>seen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>seen: {seen}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>segments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>share in {adverse}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>since {when}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>skip the expectation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>so far, wrong while up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>something went wrong inside the program ({name})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sorting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sources sealed · </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>still needed to confirm: {missing}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>still so where the log ends</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>still {this_decision}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>subject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>subtract</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>such as: accepted, like the orders before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>such as: channel = shop and amount &lt; 20</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>such as: from the start page to the held order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>such as: small shops</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>such as: support</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>such as: support, the customer, the owner of the page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>such as: the customer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>such as: the customer, support</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>swap with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>take out interview {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>take out picture {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>take out walkthrough {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>text to send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the Delete key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the Delete key, in the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the case cannot be kept: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the case has no picture yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the case is not closed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the checks have to finish first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the checks have to finish first, and a closed case is reopened first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the clipboard holds no picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the details are in the log file (Help, Show log); the case is safe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the files of this case are not open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the lead begins {when}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the person who reported it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the person’s own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the rows of {id}, unless you counted otherwise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the rule or policy as documented</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the words of whoever reported it, exactly as they are</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the {most} commonest values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there from the first row of the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no lead yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no picture on it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no such file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is nothing to redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is nothing to undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this case is open in another window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this decision has none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this decision {when}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this decision: {change}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this is the last decision that was picked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this picture has {size:,} bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this picture is not at hand any more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>threshold</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>threshold {cut} → {label}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to be looked at again on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to share: ids masked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>training data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>type a unit…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>under</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unit of {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>until</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>until {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>until {when}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>vanish with it: {names}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>volume over time is being counted…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waive “{what}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>was it moved?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>what could be checked spoke against</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>what if: W</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>what is done now is lost when the window closes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>what was done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>what was found stands here in a moment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>when the checks have finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>where it is …, put …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>whose view: {whose}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>would be decided otherwise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>would have led to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>would tell</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>write the time without a zone; it is on the clock of the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>yes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{at} of {cards}   {step}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{column} feeds {input}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{column} is among the {role}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{column} is not among the {role}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{column} is the {role}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count:,} of {rows}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{cuts}, the lowest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{doing} %n decisions</source>
        <translation>
            <numerusform>{doing} %n decision</numerusform>
            <numerusform>{doing} %n decisions</numerusform>
        </translation>
    </message>
    <message>
        <source>{ended}{saved}{seal}nothing leaves this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{family_words}: “{words}” will not be checked. Why not?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} is {role}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file}: everything found, for programs ({masks})</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{file}: the list of %n affected rows</source>
        <translation>
            <numerusform>{file}: the list of %n affected row</numerusform>
            <numerusform>{file}: the list of %n affected rows</numerusform>
        </translation>
    </message>
    <message>
        <source>{file}: the list of affected rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{from_adverse} of {rows_in_scope}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{grounds}. A playbook orders and words the rivals; it hides none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{kind_words}, by this model file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{kind}: drag over the picture, or press Enter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{label}{value} {verb} the score by {length} in {scale}{place}{note}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{mapped} of {n} mapped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is no picture, or too large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}, {size:,} kB, kept in the case file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}: not in the case</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{parts} · %n requests{of}</source>
        <translation>
            <numerusform>{parts} · %n request{of}</numerusform>
            <numerusform>{parts} · %n requests{of}</numerusform>
        </translation>
    </message>
    <message>
        <source>{rest}{side} the threshold</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{rows} of {of} rows, {share}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{share_name} between {low:.0f} % and {high:.0f} %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{share_name}, up to {top:.0f} %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{stem} (file moved)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time_hint}{zone}; a last day is included whole, a last minute is not</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} – Fifth Why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title}{clock}: click to sort, right-click for columns</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{undo}, ask the model again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{when} to {when2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{words}, take away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{words}, {done:,} of {total:,}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{words}. There are no inputs to explain; what did decide it is the question on the right.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{words}: click or Delete to take it away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>– guess again –</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>– none –</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>– this decision is not in it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{text}” is not a number (written like 1234.5)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{text}” is not a time (written like 2026-05-07 08:40)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{words}” is ruled out, on what grounds? It prints beside the verdict.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{words}”: let go of, and why? Waived is never passed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✓ this decision is in it</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
