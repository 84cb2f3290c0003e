<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About cxrviewer</source>
        <translation>Über cxrviewer</translation>
    </message>
    <message>
        <source>cxrviewer {version}</source>
        <translation>cxrviewer {version}</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>Bundles</source>
        <translation>Bündel</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Lizenzen</translation>
    </message>
    <message>
        <source>Copy Versions and Hashes</source>
        <translation>Versionen und Prüfsummen kopieren</translation>
    </message>
    <message>
        <source>Opens chest radiographs and classifies them on this machine; nothing leaves it. Releases are published where you have this program from, with their changes in CHANGELOG.md. The program never looks for them by itself. SHA256SUMS beside a release holds the sums of its files; where they lie together, “sha256sum -c SHA256SUMS” checks them (Windows: “certutil -hashfile FILE SHA256” gives one to compare).</source>
        <translation>Öffnet Röntgenaufnahmen des Thorax und klassifiziert sie auf diesem Rechner; nichts verlässt ihn. Neue Versionen erscheinen dort, woher Sie dieses Programm haben, mit ihren Änderungen in CHANGELOG.md. Das Programm sucht nie von selbst danach. SHA256SUMS neben einer Veröffentlichung enthält die Prüfsummen ihrer Dateien; wo sie beieinander liegen, prüft „sha256sum -c SHA256SUMS“ sie (Windows: „certutil -hashfile DATEI SHA256“ gibt eine zum Vergleichen).</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <source>Previous Film</source>
        <translation>Vorige Aufnahme</translation>
    </message>
    <message>
        <source>Show the film above in the study list.</source>
        <translation>Zeigt die Aufnahme darüber in der Liste.</translation>
    </message>
    <message>
        <source>Next Film</source>
        <translation>Nächste Aufnahme</translation>
    </message>
    <message>
        <source>Show the film below in the study list.</source>
        <translation>Zeigt die Aufnahme darunter in der Liste.</translation>
    </message>
    <message>
        <source>Pause the Analysis</source>
        <translation>Analyse anhalten</translation>
    </message>
    <message>
        <source>Stop handing films to the network, or go on.</source>
        <translation>Gibt dem Netz keine Aufnahmen mehr oder fährt fort.</translation>
    </message>
    <message>
        <source>Cancel the Analysis</source>
        <translation>Analyse abbrechen</translation>
    </message>
    <message>
        <source>Leave the waiting films as they are; they can be continued.</source>
        <translation>Lässt die wartenden Aufnahmen, wie sie sind; sie können später fortgesetzt werden.</translation>
    </message>
    <message>
        <source>Analyse Unfinished Films</source>
        <translation>Unfertige Aufnahmen analysieren</translation>
    </message>
    <message>
        <source>Go on with the films that have no result yet.</source>
        <translation>Fährt mit den Aufnahmen fort, die noch kein Ergebnis haben.</translation>
    </message>
    <message>
        <source>Analyse Again</source>
        <translation>Neu analysieren</translation>
    </message>
    <message>
        <source>Run the network again on the selected films.</source>
        <translation>Lässt das Netz noch einmal über die gewählten Aufnahmen laufen.</translation>
    </message>
    <message>
        <source>Remove from the List</source>
        <translation>Aus der Liste entfernen</translation>
    </message>
    <message>
        <source>Take the selected films off the list; the files stay, and it can be undone.</source>
        <translation>Nimmt die gewählten Aufnahmen aus der Liste; die Dateien bleiben, und es lässt sich rückgängig machen.</translation>
    </message>
    <message>
        <source>Show in the File Manager</source>
        <translation>Im Dateimanager zeigen</translation>
    </message>
    <message>
        <source>Open the folder that the film lies in.</source>
        <translation>Öffnet den Ordner, in dem die Aufnahme liegt.</translation>
    </message>
    <message>
        <source>Agree</source>
        <translation>Zustimmen</translation>
    </message>
    <message>
        <source>Note that you agree with the predicted finding.</source>
        <translation>Vermerkt, dass Sie dem vorhergesagten Befund zustimmen.</translation>
    </message>
    <message>
        <source>Disagree…</source>
        <translation>Widersprechen…</translation>
    </message>
    <message>
        <source>Choose the finding that you see instead.</source>
        <translation>Wählt den Befund, den Sie stattdessen sehen.</translation>
    </message>
    <message>
        <source>Note…</source>
        <translation>Notiz…</translation>
    </message>
    <message>
        <source>Write a note on this film.</source>
        <translation>Schreibt eine Notiz zu dieser Aufnahme.</translation>
    </message>
    <message>
        <source>Remove the Label</source>
        <translation>Beurteilung entfernen</translation>
    </message>
    <message>
        <source>Remove your label and note from the selected films; it can be undone.</source>
        <translation>Entfernt Ihre Beurteilung und Notiz von den gewählten Aufnahmen; es lässt sich rückgängig machen.</translation>
    </message>
    <message>
        <source>Labels and Predictions</source>
        <translation>Beurteilungen und Vorhersagen</translation>
    </message>
    <message>
        <source>Compare your labels with the predictions: confusion matrix, sensitivity, specificity.</source>
        <translation>Vergleicht Ihre Beurteilungen mit den Vorhersagen: Konfusionsmatrix, Sensitivität, Spezifität.</translation>
    </message>
    <message>
        <source>Open Files…</source>
        <translation>Dateien öffnen…</translation>
    </message>
    <message>
        <source>Open one or several radiographs.</source>
        <translation>Öffnet eine oder mehrere Röntgenaufnahmen.</translation>
    </message>
    <message>
        <source>Open Folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Open every radiograph in a folder and below it.</source>
        <translation>Öffnet alle Röntgenaufnahmen in einem Ordner und darunter.</translation>
    </message>
    <message>
        <source>Open from PACS…</source>
        <translation>Aus dem PACS öffnen…</translation>
    </message>
    <message>
        <source>Search a PACS for studies, fetch them and open them.</source>
        <translation>Sucht Studien in einem PACS, holt sie ab und öffnet sie.</translation>
    </message>
    <message>
        <source>Choose a Recent File…</source>
        <translation>Zuletzt geöffnete Datei wählen…</translation>
    </message>
    <message>
        <source>Search the files and folders that were opened last.</source>
        <translation>Sucht in den zuletzt geöffneten Dateien und Ordnern.</translation>
    </message>
    <message>
        <source>Forget Recent Files</source>
        <translation>Zuletzt geöffnete vergessen</translation>
    </message>
    <message>
        <source>Empty the list of recent files; the files themselves stay.</source>
        <translation>Leert die Liste der zuletzt geöffneten Dateien; die Dateien selbst bleiben.</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Open the files, the path or the picture in the clipboard.</source>
        <translation>Öffnet die Dateien, den Pfad oder das Bild in der Zwischenablage.</translation>
    </message>
    <message>
        <source>Open the Synthetic Samples</source>
        <translation>Künstliche Beispiele öffnen</translation>
    </message>
    <message>
        <source>Open the drawn radiographs that come with the program.</source>
        <translation>Öffnet die gezeichneten Aufnahmen, die dem Programm beiliegen.</translation>
    </message>
    <message>
        <source>Table as CSV…</source>
        <translation>Tabelle als CSV…</translation>
    </message>
    <message>
        <source>Write the selected rows, or all, as a table for spreadsheets.</source>
        <translation>Schreibt die gewählten Zeilen oder alle als Tabelle für die Tabellenkalkulation.</translation>
    </message>
    <message>
        <source>Table as JSON Lines…</source>
        <translation>Tabelle als JSON Lines…</translation>
    </message>
    <message>
        <source>Write the selected rows, or all, as a table for programs.</source>
        <translation>Schreibt die gewählten Zeilen oder alle als Tabelle für Programme.</translation>
    </message>
    <message>
        <source>Overlays as PNG…</source>
        <translation>Überlagerungen als PNG…</translation>
    </message>
    <message>
        <source>Write the selected films, or all, with their heatmaps as pictures.</source>
        <translation>Schreibt die gewählten Aufnahmen oder alle mit ihren Heatmaps als Bilder.</translation>
    </message>
    <message>
        <source>Report as PDF…</source>
        <translation>Bericht als PDF…</translation>
    </message>
    <message>
        <source>Write a report with one page for each selected film, or for all.</source>
        <translation>Schreibt einen Bericht mit einer Seite für jede gewählte Aufnahme oder für alle.</translation>
    </message>
    <message>
        <source>Labels…</source>
        <translation>Beurteilungen…</translation>
    </message>
    <message>
        <source>Write your labels of the selected films, or of all, as a table.</source>
        <translation>Schreibt Ihre Beurteilungen der gewählten Aufnahmen oder aller als Tabelle.</translation>
    </message>
    <message>
        <source>DICOM Result Objects…</source>
        <translation>DICOM-Ergebnisobjekte…</translation>
    </message>
    <message>
        <source>Write report, overlay and heatmaps of the selected DICOM films, or of all, as DICOM.</source>
        <translation>Schreibt Bericht, Überlagerung und Heatmaps der gewählten DICOM-Aufnahmen oder aller als DICOM.</translation>
    </message>
    <message>
        <source>Send Results to PACS…</source>
        <translation>Ergebnisse an ein PACS senden…</translation>
    </message>
    <message>
        <source>Send the results of the selected films, or of all, to a PACS as DICOM objects.</source>
        <translation>Sendet die Ergebnisse der gewählten oder aller Aufnahmen als DICOM-Objekte an ein PACS.</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Close the window; what is not analysed yet can be continued next time.</source>
        <translation>Schließt das Fenster; was noch nicht analysiert ist, kann beim nächsten Mal fortgesetzt werden.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Take back the last label, measurement or removal.</source>
        <translation>Nimmt die letzte Beurteilung, Messung oder Entfernung zurück.</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Do again what was taken back.</source>
        <translation>Tut noch einmal, was zurückgenommen wurde.</translation>
    </message>
    <message>
        <source>Copy Rows</source>
        <translation>Zeilen kopieren</translation>
    </message>
    <message>
        <source>Copy the selected rows of the study list as text.</source>
        <translation>Kopiert die gewählten Zeilen der Liste als Text.</translation>
    </message>
    <message>
        <source>Copy Picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Copy the radiograph with its heatmap as a picture.</source>
        <translation>Kopiert die Aufnahme mit ihrer Heatmap als Bild.</translation>
    </message>
    <message>
        <source>Filter the Study List</source>
        <translation>Liste filtern</translation>
    </message>
    <message>
        <source>Go to the field that filters the study list by text.</source>
        <translation>Geht in das Feld, das die Liste nach Text filtert.</translation>
    </message>
    <message>
        <source>Command Palette…</source>
        <translation>Befehlssuche…</translation>
    </message>
    <message>
        <source>Find any command by typing a part of its name.</source>
        <translation>Findet jeden Befehl, wenn Sie einen Teil seines Namens tippen.</translation>
    </message>
    <message>
        <source>Preferences…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Choose bundle, engine, appearance, folders and language.</source>
        <translation>Hier wählen Sie Bündel, Rechenwerk, Aussehen, Ordner und Sprache.</translation>
    </message>
    <message>
        <source>Thresholds…</source>
        <translation>Schwellen…</translation>
    </message>
    <message>
        <source>Choose by sensitivity or specificity when a finding is flagged, and how sure.</source>
        <translation>Wählt nach Sensitivität oder Spezifität, ab wann ein Befund markiert wird, und wie sicher.</translation>
    </message>
    <message>
        <source>PACS Nodes…</source>
        <translation>PACS-Knoten…</translation>
    </message>
    <message>
        <source>Add, edit and test the PACS that films are fetched from and results are sent to.</source>
        <translation>Legt die PACS an, aus denen Aufnahmen kommen und an die Ergebnisse gehen, ändert und testet sie.</translation>
    </message>
    <message>
        <source>Study List</source>
        <translation>Aufnahmenliste</translation>
    </message>
    <message>
        <source>Show or hide the table of everything opened.</source>
        <translation>Zeigt oder verbirgt die Tabelle von allem, was geöffnet wurde.</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Show or hide the probabilities of each finding.</source>
        <translation>Zeigt oder verbirgt die Wahrscheinlichkeiten der Befunde.</translation>
    </message>
    <message>
        <source>Heatmap Settings</source>
        <translation>Darstellung der Heatmap</translation>
    </message>
    <message>
        <source>Show or hide the settings of the heatmap.</source>
        <translation>Zeigt oder verbirgt die Einstellungen der Heatmap.</translation>
    </message>
    <message>
        <source>Window Centre and Width</source>
        <translation>Fenstermitte und -breite</translation>
    </message>
    <message>
        <source>Show or hide the fields of the window.</source>
        <translation>Zeigt oder verbirgt die Felder der Fensterung.</translation>
    </message>
    <message>
        <source>Facts of the File</source>
        <translation>Angaben der Datei</translation>
    </message>
    <message>
        <source>Show or hide what the file says about the radiograph.</source>
        <translation>Zeigt oder verbirgt, was die Datei über die Aufnahme sagt.</translation>
    </message>
    <message>
        <source>Notices</source>
        <translation>Meldungen</translation>
    </message>
    <message>
        <source>Show or hide the errors and warnings so far.</source>
        <translation>Zeigt oder verbirgt die bisherigen Fehler und Warnungen.</translation>
    </message>
    <message>
        <source>Show Patient Data</source>
        <translation>Patientendaten zeigen</translation>
    </message>
    <message>
        <source>Show or hide name, identifier and birth date of the patient.</source>
        <translation>Zeigt oder verbirgt Namen, Kennung und Geburtsdatum des Patienten.</translation>
    </message>
    <message>
        <source>Like the System</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light or dark as the system is.</source>
        <translation>Hell oder dunkel, wie das System ist.</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark text on a light ground.</source>
        <translation>Dunkle Schrift auf hellem Grund.</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Light text on a dark ground, for a dark room.</source>
        <translation>Helle Schrift auf dunklem Grund, für einen dunklen Raum.</translation>
    </message>
    <message>
        <source>Full Screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Use the whole screen, or go back to the window.</source>
        <translation>Nutzt den ganzen Bildschirm oder kehrt zum Fenster zurück.</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>Anleitung</translation>
    </message>
    <message>
        <source>Read how the program is used.</source>
        <translation>Erklärt, wie das Programm benutzt wird.</translation>
    </message>
    <message>
        <source>Keyboard Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>List every command with its keys.</source>
        <translation>Listet jeden Befehl mit seinen Tasten auf.</translation>
    </message>
    <message>
        <source>Model Card</source>
        <translation>Modellkarte</translation>
    </message>
    <message>
        <source>Read what the network was made for, how well it does, and where it fails.</source>
        <translation>Sagt, wofür das Netz gemacht ist, wie gut es ist und wo es versagt.</translation>
    </message>
    <message>
        <source>About cxrviewer</source>
        <translation>Über cxrviewer</translation>
    </message>
    <message>
        <source>Versions, hashes and licences.</source>
        <translation>Versionen, Prüfsummen und Lizenzen.</translation>
    </message>
    <message>
        <source>As the File Asks</source>
        <translation>Wie die Datei verlangt</translation>
    </message>
    <message>
        <source>Show the radiograph through the window that the file names first.</source>
        <translation>Zeigt die Aufnahme durch das Fenster, das die Datei zuerst nennt.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Fit the window to the values in this film, outliers left out.</source>
        <translation>Passt das Fenster an die Werte dieser Aufnahme an, ohne Ausreißer.</translation>
    </message>
    <message>
        <source>Lung</source>
        <translation>Lunge</translation>
    </message>
    <message>
        <source>Spread the darker values, where the lungs are.</source>
        <translation>Spreizt die dunkleren Werte, wo die Lungen sind.</translation>
    </message>
    <message>
        <source>Bone</source>
        <translation>Knochen</translation>
    </message>
    <message>
        <source>Spread the brighter values, where bones and mediastinum are.</source>
        <translation>Spreizt die helleren Werte, wo Knochen und Mediastinum sind.</translation>
    </message>
    <message>
        <source>Full Range</source>
        <translation>Ganzer Bereich</translation>
    </message>
    <message>
        <source>Show every value in the film, from the least to the greatest.</source>
        <translation>Zeigt jeden Wert der Aufnahme, vom kleinsten bis zum größten.</translation>
    </message>
    <message>
        <source>Next Window of the File</source>
        <translation>Nächstes Fenster der Datei</translation>
    </message>
    <message>
        <source>Go through the windows that the file names.</source>
        <translation>Geht durch die Fenster, die die Datei nennt.</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>Umkehren</translation>
    </message>
    <message>
        <source>Exchange black and white.</source>
        <translation>Vertauscht Schwarz und Weiß.</translation>
    </message>
    <message>
        <source>Zoom In</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Show the radiograph larger.</source>
        <translation>Zeigt die Aufnahme größer.</translation>
    </message>
    <message>
        <source>Zoom Out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Show the radiograph smaller.</source>
        <translation>Zeigt die Aufnahme kleiner.</translation>
    </message>
    <message>
        <source>Fit the Whole Radiograph</source>
        <translation>Ganze Aufnahme einpassen</translation>
    </message>
    <message>
        <source>Show the whole radiograph in the view.</source>
        <translation>Zeigt die ganze Aufnahme.</translation>
    </message>
    <message>
        <source>One Pixel to One Pixel</source>
        <translation>Ein Pixel für ein Pixel</translation>
    </message>
    <message>
        <source>Show each stored pixel as one pixel of the screen.</source>
        <translation>Zeigt jedes gespeicherte Pixel als ein Pixel des Bildschirms.</translation>
    </message>
    <message>
        <source>Magnifier</source>
        <translation>Lupe</translation>
    </message>
    <message>
        <source>Show the part under the pointer larger.</source>
        <translation>Zeigt die Stelle unter dem Zeiger größer.</translation>
    </message>
    <message>
        <source>Measure a Distance</source>
        <translation>Abstand messen</translation>
    </message>
    <message>
        <source>Draw a line; its length is in millimetres where the file gives the spacing.</source>
        <translation>Zeichnet eine Linie; ihre Länge steht in Millimetern, wo die Datei den Pixelabstand nennt.</translation>
    </message>
    <message>
        <source>Remove All Measurements</source>
        <translation>Alle Messungen entfernen</translation>
    </message>
    <message>
        <source>Remove every line from this radiograph; it can be undone.</source>
        <translation>Entfernt alle Linien von dieser Aufnahme; es lässt sich rückgängig machen.</translation>
    </message>
    <message>
        <source>Rotate Right</source>
        <translation>Nach rechts drehen</translation>
    </message>
    <message>
        <source>Turn the radiograph clockwise by a quarter.</source>
        <translation>Dreht die Aufnahme um ein Viertel im Uhrzeigersinn.</translation>
    </message>
    <message>
        <source>Rotate Left</source>
        <translation>Nach links drehen</translation>
    </message>
    <message>
        <source>Turn the radiograph anticlockwise by a quarter.</source>
        <translation>Dreht die Aufnahme um ein Viertel gegen den Uhrzeigersinn.</translation>
    </message>
    <message>
        <source>Flip Left to Right</source>
        <translation>Seiten spiegeln</translation>
    </message>
    <message>
        <source>Mirror the radiograph; the side markers say so.</source>
        <translation>Spiegelt die Aufnahme; die Seitenzeichen sagen es.</translation>
    </message>
    <message>
        <source>Reset the View</source>
        <translation>Ansicht zurücksetzen</translation>
    </message>
    <message>
        <source>Show the radiograph as it was opened.</source>
        <translation>Zeigt die Aufnahme, wie sie geöffnet wurde.</translation>
    </message>
    <message>
        <source>One Radiograph</source>
        <translation>Eine Aufnahme</translation>
    </message>
    <message>
        <source>Show one radiograph.</source>
        <translation>Zeigt eine Aufnahme.</translation>
    </message>
    <message>
        <source>Two Radiographs</source>
        <translation>Zwei Aufnahmen</translation>
    </message>
    <message>
        <source>Show two radiographs side by side.</source>
        <translation>Zeigt zwei Aufnahmen nebeneinander.</translation>
    </message>
    <message>
        <source>Four Radiographs</source>
        <translation>Vier Aufnahmen</translation>
    </message>
    <message>
        <source>Show four radiographs in two rows.</source>
        <translation>Zeigt vier Aufnahmen in zwei Reihen.</translation>
    </message>
    <message>
        <source>Link Zoom and Window</source>
        <translation>Vergrößerung und Fenster koppeln</translation>
    </message>
    <message>
        <source>Zoom, move and window all radiographs together.</source>
        <translation>Vergrößert, verschiebt und fenstert alle Aufnahmen gemeinsam.</translation>
    </message>
    <message>
        <source>Show Heatmap</source>
        <translation>Heatmap zeigen</translation>
    </message>
    <message>
        <source>Show or hide where the network&apos;s evidence lies.</source>
        <translation>Zeigt oder verbirgt, worauf sich das Netz stützt.</translation>
    </message>
    <message>
        <source>Next Finding</source>
        <translation>Nächster Befund</translation>
    </message>
    <message>
        <source>Show the heatmap of the next finding.</source>
        <translation>Zeigt die Heatmap des nächsten Befunds.</translation>
    </message>
    <message>
        <source>Contours Instead of Fill</source>
        <translation>Höhenlinien statt Fläche</translation>
    </message>
    <message>
        <source>Draw lines of equal evidence, so that the radiograph stays uncovered.</source>
        <translation>Zeichnet Linien gleicher Evidenz, damit die Aufnahme unbedeckt bleibt.</translation>
    </message>
    <message>
        <source>The Network&apos;s Own Grid</source>
        <translation>Eigenes Raster des Netzes</translation>
    </message>
    <message>
        <source>Show the cells that the network has, instead of smooth transitions.</source>
        <translation>Zeigt die Zellen, die das Netz hat, statt weicher Übergänge.</translation>
    </message>
    <message>
        <source>Colour Bar</source>
        <translation>Farbskala</translation>
    </message>
    <message>
        <source>Show or hide the bar that explains the colours.</source>
        <translation>Zeigt oder verbirgt die Skala, die die Farben erklärt.</translation>
    </message>
    <message>
        <source>Outline of the Lungs</source>
        <translation>Umriss der Lunge</translation>
    </message>
    <message>
        <source>Show or hide where the lungs were found.</source>
        <translation>Zeigt oder verbirgt, wo die Lunge gefunden wurde.</translation>
    </message>
    <message>
        <source>Occlusion Sensitivity</source>
        <translation>Verdeckungsempfindlichkeit</translation>
    </message>
    <message>
        <source>Explain this film a second time, by hiding part after part of it.</source>
        <translation>Erklärt diese Aufnahme ein zweites Mal, indem Teil um Teil verdeckt wird.</translation>
    </message>
    <message>
        <source>Less Opaque</source>
        <translation>Durchsichtiger</translation>
    </message>
    <message>
        <source>Let more of the radiograph through.</source>
        <translation>Lässt mehr von der Aufnahme durchscheinen.</translation>
    </message>
    <message>
        <source>More Opaque</source>
        <translation>Deckender</translation>
    </message>
    <message>
        <source>Let less of the radiograph through.</source>
        <translation>Lässt weniger von der Aufnahme durchscheinen.</translation>
    </message>
    <message>
        <source>What the Network Saw</source>
        <translation>Was das Netz sah</translation>
    </message>
    <message>
        <source>Show or hide the small picture that the network was given.</source>
        <translation>Zeigt oder verbirgt das kleine Bild, das das Netz bekommen hat.</translation>
    </message>
</context>
<context>
    <name>AgreementDialog</name>
    <message>
        <source>Labels and Predictions</source>
        <translation>Beurteilungen und Vorhersagen</translation>
    </message>
    <message>
        <source>Confusion matrix: rows are your findings, columns the predicted ones</source>
        <translation>Konfusionsmatrix: Zeilen sind Ihre Befunde, Spalten die vorhergesagten</translation>
    </message>
    <message>
        <source>Sensitivity and specificity of each finding</source>
        <translation>Sensitivität und Spezifität jedes Befunds</translation>
    </message>
    <message>
        <source>Your finding (rows) and the predicted one (columns)</source>
        <translation>Ihr Befund (Zeilen) und der vorhergesagte (Spalten)</translation>
    </message>
    <message>
        <source>On the diagonal, marked by a thumb, are the films whose prediction you agree with.</source>
        <translation>Auf der Diagonale, mit einem Daumen gekennzeichnet, stehen die Aufnahmen, deren Vorhersage Sie zustimmen.</translation>
    </message>
    <message>
        <source>Each finding against all others</source>
        <translation>Jeder Befund gegen alle anderen</translation>
    </message>
    <message>
        <source>Sensitivity: of the films that you say show the finding, those predicted so. Specificity: of all others, those predicted otherwise.</source>
        <translation>Sensitivität: von den Aufnahmen, die nach Ihrer Beurteilung den Befund zeigen, die so vorhergesagten. Spezifität: von allen anderen die anders vorhergesagten.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy all figures as text for a spreadsheet.</source>
        <translation>Kopiert alle Zahlen als Text für die Tabellenkalkulation.</translation>
    </message>
    <message>
        <source>You: {finding}</source>
        <translation>Sie: {finding}</translation>
    </message>
    <message>
        <source>Predicted:
{finding}</source>
        <translation>Vorhergesagt:
{finding}</translation>
    </message>
    <message>
        <source>You: {label}, predicted: {predicted}, films: {count}</source>
        <translation>Sie: {label}, vorhergesagt: {predicted}, Aufnahmen: {count}</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Sensitivität</translation>
    </message>
    <message>
        <source>Specificity</source>
        <translation>Spezifität</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>{length} mm</source>
        <translation>{length} mm</translation>
    </message>
    <message>
        <source>{length} mm at the detector</source>
        <translation>{length} mm am Detektor</translation>
    </message>
    <message>
        <source>{length} pixels</source>
        <translation>{length} Pixel</translation>
    </message>
    <message>
        <source>Millimetres by the file&apos;s Pixel Spacing.</source>
        <translation>Millimeter nach dem Pixelabstand der Datei (Pixel Spacing).</translation>
    </message>
    <message>
        <source>Millimetres at the detector, by Imager Pixel Spacing: what lies in the patient is magnified and smaller than this.</source>
        <translation>Millimeter am Detektor (Imager Pixel Spacing): Was im Patienten liegt, ist vergrößert abgebildet und kleiner als dies.</translation>
    </message>
    <message>
        <source>The file gives no pixel spacing: the length is in stored pixels.</source>
        <translation>Die Datei nennt keinen Pixelabstand: Die Länge steht in gespeicherten Pixeln.</translation>
    </message>
    <message>
        <source>Turned 90° clockwise</source>
        <translation>90° im Uhrzeigersinn gedreht</translation>
    </message>
    <message>
        <source>Turned 180°</source>
        <translation>180° gedreht</translation>
    </message>
    <message>
        <source>Turned 90° anticlockwise</source>
        <translation>90° gegen den Uhrzeigersinn gedreht</translation>
    </message>
    <message>
        <source>FLIPPED left to right, then turned 90° clockwise</source>
        <translation>GESPIEGELT, dann 90° im Uhrzeigersinn gedreht</translation>
    </message>
    <message>
        <source>FLIPPED left to right, then turned 180°</source>
        <translation>GESPIEGELT, dann 180° gedreht</translation>
    </message>
    <message>
        <source>FLIPPED left to right, then turned 90° anticlockwise</source>
        <translation>GESPIEGELT, dann 90° gegen den Uhrzeigersinn gedreht</translation>
    </message>
    <message>
        <source>FLIPPED left to right</source>
        <translation>GESPIEGELT (links und rechts vertauscht)</translation>
    </message>
    <message>
        <source>most in this film ({value})</source>
        <translation>am meisten in dieser Aufnahme ({value})</translation>
    </message>
    <message>
        <source>none</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>Evidence for {finding} (occlusion)</source>
        <translation>Spricht für {finding} (Verdeckung)</translation>
    </message>
    <message>
        <source>Evidence for {finding}</source>
        <translation>Evidenz für {finding}</translation>
    </message>
    <message>
        <source>No region speaks for {finding}</source>
        <translation>Keine Stelle spricht für {finding}</translation>
    </message>
    <message>
        <source>No radiograph</source>
        <translation>Keine Aufnahme</translation>
    </message>
    <message>
        <source>Drag with the right button to change the window, turn the wheel to zoom, drag with the left button to move. Keys: arrows move, plus and minus zoom, Z held magnifies, Delete removes the selected measurement.</source>
        <translation>Mit der rechten Taste ziehen ändert das Fenster, das Rad vergrößert, mit der linken Taste ziehen verschiebt. Tasten: Pfeile verschieben, Plus und Minus vergrößern und verkleinern, Z gehalten zeigt die Lupe, Entf entfernt die gewählte Messung.</translation>
    </message>
</context>
<context>
    <name>ColumnArrangement</name>
    <message>
        <source>Move Current Column Left</source>
        <translation>Aktuelle Spalte nach links</translation>
    </message>
    <message>
        <source>Move Current Column Right</source>
        <translation>Aktuelle Spalte nach rechts</translation>
    </message>
    <message>
        <source>Show All Columns</source>
        <translation>Alle Spalten zeigen</translation>
    </message>
    <message>
        <source>Ascending</source>
        <translation>Aufsteigend</translation>
    </message>
    <message>
        <source>Descending</source>
        <translation>Absteigend</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Command Palette</source>
        <translation>Befehlssuche</translation>
    </message>
    <message>
        <source>Type a part of a name; arrows walk, Enter chooses</source>
        <translation>Teil eines Namens tippen; Pfeile gehen, Eingabe wählt</translation>
    </message>
    <message>
        <source>Nothing has such a name.</source>
        <translation>Nichts heißt so.</translation>
    </message>
    <message>
        <source>Matching entries</source>
        <translation>Passende Einträge</translation>
    </message>
    <message>
        <source>not available now</source>
        <translation>jetzt nicht verfügbar</translation>
    </message>
</context>
<context>
    <name>CompareView</name>
    <message>
        <source>Radiograph {number}</source>
        <translation>Aufnahme {number}</translation>
    </message>
    <message>
        <source>Radiograph {number}: {name}</source>
        <translation>Aufnahme {number}: {name}</translation>
    </message>
</context>
<context>
    <name>DisagreeDialog</name>
    <message>
        <source>Disagree</source>
        <translation>Widersprechen</translation>
    </message>
    <message>
        <source>Which finding do you see instead?</source>
        <translation>Welchen Befund sehen Sie stattdessen?</translation>
    </message>
    <message>
        <source>I do not say which</source>
        <translation>Ich sage nicht, welchen</translation>
    </message>
    <message>
        <source>Your finding</source>
        <translation>Ihr Befund</translation>
    </message>
    <message>
        <source>&amp;Note</source>
        <translation>&amp;Notiz</translation>
    </message>
    <message>
        <source>Press {key} to choose it.</source>
        <translation>{key} wählt ihn.</translation>
    </message>
</context>
<context>
    <name>Docks</name>
    <message>
        <source>Study List</source>
        <translation>Aufnahmenliste</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Heatmap</source>
        <translation>Heatmap</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Angaben</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Notices</source>
        <translation>Meldungen</translation>
    </message>
</context>
<context>
    <name>DocumentDialog</name>
    <message>
        <source>Find in this text</source>
        <translation>In diesem Text suchen</translation>
    </message>
    <message>
        <source>en</source>
        <comment>the language that these texts are in, as two letters</comment>
        <translation>de</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>Anleitung</translation>
    </message>
    <message>
        <source>The bundle in {folder} has no model card that can be read ({reason}).</source>
        <translation>Das Bündel in {folder} hat keine lesbare Modellkarte ({reason}).</translation>
    </message>
    <message>
        <source>Model Card</source>
        <translation>Modellkarte</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message>
        <source>Drop to open</source>
        <translation>Zum Öffnen loslassen</translation>
    </message>
</context>
<context>
    <name>EngineState</name>
    <message>
        <source>The engine starts with the next film.</source>
        <translation>Das Rechenwerk startet mit der nächsten Aufnahme.</translation>
    </message>
    <message>
        <source>Starting {engine} …</source>
        <translation>{engine} startet …</translation>
    </message>
    <message>
        <source>The engine cannot run: {reason}</source>
        <translation>Das Rechenwerk läuft nicht: {reason}</translation>
    </message>
    <message>
        <source>Ready: {engine} ({device}), 1 worker process</source>
        <translation>Bereit: {engine} ({device}), 1 Arbeitsprozess</translation>
    </message>
    <message>
        <source>Ready: {engine} ({device}), {workers} worker processes</source>
        <translation>Bereit: {engine} ({device}), {workers} Arbeitsprozesse</translation>
    </message>
</context>
<context>
    <name>Explaining</name>
    <message>
        <source>This film was put right before it was analysed; only films as stored can be explained again.</source>
        <translation>Diese Aufnahme wurde vor der Analyse gerichtet; ein zweites Mal erklärt werden nur Aufnahmen, wie sie gespeichert sind.</translation>
    </message>
    <message>
        <source>Occlusion sensitivity is there; the heatmap panel shows it.</source>
        <translation>Die Verdeckungsempfindlichkeit ist da; das Feld Heatmap zeigt sie.</translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message>
        <source>Films without a result, which have no overlay: {count}.</source>
        <translation>Aufnahmen ohne Ergebnis, die keine Überlagerung haben: {count}.</translation>
    </message>
    <message>
        <source>the file is not the one that was analysed any more; analyse it again, and export it then.</source>
        <translation>die Datei ist nicht mehr die, die analysiert wurde; analysieren Sie sie neu und exportieren Sie sie dann.</translation>
    </message>
    <message>
        <source>{path} has no picture: {reason}</source>
        <translation>{path} hat kein Bild: {reason}</translation>
    </message>
    <message>
        <source>Further problems of this kind: {count}.</source>
        <translation>Weitere Probleme dieser Art: {count}.</translation>
    </message>
    <message>
        <source>Films not analysed yet, which have no row in the table: {count}.</source>
        <translation>Noch nicht analysierte Aufnahmen, die keine Zeile in der Tabelle haben: {count}.</translation>
    </message>
    <message>
        <source>{path} has no DICOM objects: {reason}</source>
        <translation>{path} hat keine DICOM-Objekte: {reason}</translation>
    </message>
    <message>
        <source>Films that are no DICOM, and have no DICOM objects: {count}.</source>
        <translation>Aufnahmen, die kein DICOM sind und keine DICOM-Objekte haben: {count}.</translation>
    </message>
    <message>
        <source>Films without a result, which have no DICOM objects: {count}.</source>
        <translation>Aufnahmen ohne Ergebnis, die keine DICOM-Objekte haben: {count}.</translation>
    </message>
</context>
<context>
    <name>ExportCommands</name>
    <message>
        <source>The export was cancelled.</source>
        <translation>Der Export wurde abgebrochen.</translation>
    </message>
    <message>
        <source>Copied a picture of {width} x {height} pixels.</source>
        <translation>Ein Bild von {width} x {height} Pixeln wurde kopiert.</translation>
    </message>
    <message>
        <source>One export is still being written; cancel it, or wait for its end.</source>
        <translation>Ein Export wird noch geschrieben; brechen Sie ihn ab oder warten Sie sein Ende ab.</translation>
    </message>
    <message>
        <source>{count} films were exported to {path}.</source>
        <translation>{count} Aufnahmen wurden nach {path} exportiert.</translation>
    </message>
</context>
<context>
    <name>ExportDestination</name>
    <message>
        <source>Choose a folder.</source>
        <translation>Wählen Sie einen Ordner.</translation>
    </message>
    <message>
        <source>Choose a file name.</source>
        <translation>Wählen Sie einen Dateinamen.</translation>
    </message>
    <message>
        <source>Give the whole path, from the root on.</source>
        <translation>Geben Sie den ganzen Pfad an, von der Wurzel an.</translation>
    </message>
    <message>
        <source>This path cannot be used: {reason}</source>
        <translation>Dieser Pfad ist nicht brauchbar: {reason}</translation>
    </message>
    <message>
        <source>{path} is a file; DICOM objects need a folder.</source>
        <translation>{path} ist eine Datei; DICOM-Objekte brauchen einen Ordner.</translation>
    </message>
    <message>
        <source>{path} is a file; overlays need a folder.</source>
        <translation>{path} ist eine Datei; Überlagerungen brauchen einen Ordner.</translation>
    </message>
    <message>
        <source>This is a folder; add the name of a file.</source>
        <translation>Dies ist ein Ordner; fügen Sie den Namen einer Datei an.</translation>
    </message>
    <message>
        <source>The name of the file must end in {endings}.</source>
        <translation>Der Name der Datei muss auf {endings} enden.</translation>
    </message>
    <message>
        <source>There is no folder {folder}.</source>
        <translation>Es gibt keinen Ordner {folder}.</translation>
    </message>
    <message>
        <source>{path} is no file that can be replaced.</source>
        <translation>{path} ist keine Datei, die ersetzt werden kann.</translation>
    </message>
    <message>
        <source>You may not write to {path}; choose another folder.</source>
        <translation>Sie dürfen nicht nach {path} schreiben; wählen Sie einen anderen Ordner.</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>E&amp;xport</source>
        <translation>E&amp;xportieren</translation>
    </message>
    <message>
        <source>Export Results as CSV</source>
        <translation>Ergebnisse als CSV exportieren</translation>
    </message>
    <message>
        <source>Export Results as JSON Lines</source>
        <translation>Ergebnisse als JSON Lines exportieren</translation>
    </message>
    <message>
        <source>Export Overlays</source>
        <translation>Überlagerungen exportieren</translation>
    </message>
    <message>
        <source>Export a PDF Report</source>
        <translation>PDF-Bericht exportieren</translation>
    </message>
    <message>
        <source>Export Labels</source>
        <translation>Beurteilungen exportieren</translation>
    </message>
    <message>
        <source>Export DICOM Result Objects</source>
        <translation>DICOM-Ergebnisobjekte exportieren</translation>
    </message>
    <message>
        <source>A table for spreadsheets, one row for each film that was analysed.</source>
        <translation>Eine Tabelle für die Tabellenkalkulation, eine Zeile für jede analysierte Aufnahme.</translation>
    </message>
    <message>
        <source>A table for programs, one JSON object a line for each film that was analysed.</source>
        <translation>Eine Tabelle für Programme, ein JSON-Objekt je Zeile für jede analysierte Aufnahme.</translation>
    </message>
    <message>
        <source>A PNG picture of each film that has a result, under its heatmap. Those that are in the folder already stay as they are.</source>
        <translation>Ein PNG-Bild jeder Aufnahme, die ein Ergebnis hat, unter ihrer Heatmap. Bilder, die schon im Ordner sind, bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>One page for each film that has a result, after a summary where there are several.</source>
        <translation>Eine Seite für jede Aufnahme, die ein Ergebnis hat, nach einer Übersicht, wo es mehrere sind.</translation>
    </message>
    <message>
        <source>Your labels with their notes and authors, one row for each labelled film.</source>
        <translation>Ihre Beurteilungen mit Notizen und Verfassern, eine Zeile für jede beurteilte Aufnahme.</translation>
    </message>
    <message>
        <source>A structured report, the overlay as a picture and a map of every heatmap for each DICOM film that has a result, in the film&apos;s own study. They carry the patient&apos;s name and identifier, as the film does. Those that are in the folder already stay as they are.</source>
        <translation>Ein strukturierter Bericht, die Überlagerung als Bild und eine Karte jeder Heatmap für jede DICOM-Aufnahme mit einem Ergebnis, in der Studie der Aufnahme. Sie tragen Namen und Kennung des Patienten wie die Aufnahme selbst. Was schon im Ordner ist, bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>The films&apos; file names are in it, whatever they say.</source>
        <translation>Die Dateinamen der Aufnahmen stehen darin, was immer sie besagen.</translation>
    </message>
    <message>
        <source>Films</source>
        <translation>Aufnahmen</translation>
    </message>
    <message>
        <source>&amp;Selected films ({count})</source>
        <translation>&amp;Gewählte Aufnahmen ({count})</translation>
    </message>
    <message>
        <source>&amp;All films of the list ({count})</source>
        <translation>&amp;Alle Aufnahmen der Liste ({count})</translation>
    </message>
    <message>
        <source>&amp;Folder</source>
        <translation>&amp;Ordner</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>D&amp;urchsuchen…</translation>
    </message>
    <message>
        <source>Choose the place with the system&apos;s own dialog.</source>
        <translation>Wählt den Ort mit dem Dialog des Systems.</translation>
    </message>
    <message>
        <source>Include &amp;patient data</source>
        <translation>&amp;Patientendaten einschließen</translation>
    </message>
    <message>
        <source>Include patient data</source>
        <translation>Patientendaten einschließen</translation>
    </message>
    <message>
        <source>Name, identifier, birth date, sex and age. Only films that were analysed while patient data were shown have them in their results; of all others there are none to export.</source>
        <translation>Name, Kennung, Geburtsdatum, Geschlecht und Alter. Nur Aufnahmen, die analysiert wurden, während Patientendaten gezeigt wurden, haben sie in ihren Ergebnissen; von allen anderen gibt es keine zu exportieren.</translation>
    </message>
    <message>
        <source>There is no film in the list.</source>
        <translation>Keine Aufnahme ist in der Liste.</translation>
    </message>
    <message>
        <source>{path} exists already. Replace it?</source>
        <translation>{path} gibt es schon. Ersetzen?</translation>
    </message>
</context>
<context>
    <name>ExportProgress</name>
    <message>
        <source>Progress of the export</source>
        <translation>Fortschritt des Exports</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel the export</source>
        <translation>Export abbrechen</translation>
    </message>
    <message>
        <source>End the export; nothing of it is kept.</source>
        <translation>Beendet den Export; nichts davon wird behalten.</translation>
    </message>
    <message>
        <source>Exporting: {done} of {total} films</source>
        <translation>Export: {done} von {total} Aufnahmen</translation>
    </message>
    <message>
        <source>Cancelling the export …</source>
        <translation>Der Export wird abgebrochen …</translation>
    </message>
</context>
<context>
    <name>FactsPanel</name>
    <message>
        <source>Facts of the file</source>
        <translation>Angaben der Datei</translation>
    </message>
    <message>
        <source>Fact</source>
        <translation>Angabe</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Search the facts</source>
        <translation>Angaben durchsuchen</translation>
    </message>
    <message>
        <source>Facts and values</source>
        <translation>Angaben und Werte</translation>
    </message>
    <message>
        <source>Hide patient data</source>
        <translation>Patientendaten verbergen</translation>
    </message>
    <message>
        <source>Show patient data</source>
        <translation>Patientendaten zeigen</translation>
    </message>
    <message>
        <source>Name, identifier, birth date, sex and age, as the file has them.</source>
        <translation>Name, Kennung, Geburtsdatum, Geschlecht und Alter, wie sie in der Datei stehen.</translation>
    </message>
    <message>
        <source>The file says nothing of the patient, or nobody asked for it.</source>
        <translation>Die Datei sagt nichts über den Patienten, oder niemand hat danach gefragt.</translation>
    </message>
    <message>
        <source>No film is open.</source>
        <translation>Keine Aufnahme ist geöffnet.</translation>
    </message>
    <message>
        <source>No fact has this text.</source>
        <translation>Keine Angabe enthält diesen Text.</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>{width} x {height} pixels</source>
        <translation>{width} x {height} Pixel</translation>
    </message>
    <message>
        <source>{number} bits</source>
        <translation>{number} Bit</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>Tiefe</translation>
    </message>
    <message>
        <source>Photometric interpretation</source>
        <translation>Photometrische Interpretation</translation>
    </message>
    <message>
        <source>Modality</source>
        <translation>Modalität</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Projektion</translation>
    </message>
    <message>
        <source>Body part</source>
        <translation>Körperteil</translation>
    </message>
    <message>
        <source>Transfer syntax</source>
        <translation>Transfersyntax</translation>
    </message>
    <message>
        <source>Decoder</source>
        <translation>Decoder</translation>
    </message>
    <message>
        <source>Pixel spacing</source>
        <translation>Pixelabstand</translation>
    </message>
    <message>
        <source>rows run to {right}, columns to {down}</source>
        <translation>Zeilen nach {right}, Spalten nach {down}</translation>
    </message>
    <message>
        <source>Patient orientation</source>
        <translation>Lage des Patienten</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>not in the file; distances are in pixels</source>
        <translation>nicht in der Datei; Abstände stehen in Pixeln</translation>
    </message>
    <message>
        <source>{row} x {column} mm at the detector (ImagerPixelSpacing), not corrected for magnification</source>
        <translation>{row} x {column} mm am Detektor (ImagerPixelSpacing), ohne Korrektur der Vergrößerung</translation>
    </message>
    <message>
        <source>{row} x {column} mm (PixelSpacing)</source>
        <translation>{row} x {column} mm (PixelSpacing)</translation>
    </message>
    <message>
        <source>not in the file</source>
        <translation>nicht in der Datei</translation>
    </message>
    <message>
        <source>Patient: name</source>
        <translation>Patient: Name</translation>
    </message>
    <message>
        <source>Patient: identifier</source>
        <translation>Patient: Kennung</translation>
    </message>
    <message>
        <source>Patient: birth date</source>
        <translation>Patient: Geburtsdatum</translation>
    </message>
    <message>
        <source>Patient: sex</source>
        <translation>Patient: Geschlecht</translation>
    </message>
    <message>
        <source>Patient: age</source>
        <translation>Patient: Alter</translation>
    </message>
</context>
<context>
    <name>FactsTable</name>
    <message>
        <source>Copy the Value</source>
        <translation>Wert kopieren</translation>
    </message>
    <message>
        <source>Copy Name and Value</source>
        <translation>Angabe und Wert kopieren</translation>
    </message>
</context>
<context>
    <name>FileField</name>
    <message>
        <source>File…</source>
        <translation>Datei…</translation>
    </message>
</context>
<context>
    <name>FilmCommands</name>
    <message>
        <source>Remove {count} films</source>
        <translation>{count} Aufnahmen entfernen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>The file manager could not be started.</source>
        <translation>Der Dateimanager ließ sich nicht starten.</translation>
    </message>
    <message>
        <source>Copied {count} rows.</source>
        <translation>{count} Zeilen kopiert.</translation>
    </message>
</context>
<context>
    <name>FilmViewer</name>
    <message>
        <source>Press here, then choose a film in the study list.</source>
        <translation>Klicken Sie hier und wählen Sie dann eine Aufnahme in der Liste.</translation>
    </message>
    <message>
        <source>Reading {name} …</source>
        <translation>{name} wird gelesen …</translation>
    </message>
    <message>
        <source>{name} cannot be shown: {reason}</source>
        <translation>{name} lässt sich nicht zeigen: {reason}</translation>
    </message>
    <message>
        <source>Measure a distance</source>
        <translation>Abstand messen</translation>
    </message>
    <message>
        <source>Move a measurement</source>
        <translation>Messung verschieben</translation>
    </message>
    <message>
        <source>Remove measurements</source>
        <translation>Messungen entfernen</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>Any finding</source>
        <translation>Jeder Befund</translation>
    </message>
    <message>
        <source>Any probability</source>
        <translation>Jede Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Films: {count}</source>
        <translation>Aufnahmen: {count}</translation>
    </message>
    <message>
        <source>Films: {shown} of {count}</source>
        <translation>Aufnahmen: {shown} von {count}</translation>
    </message>
    <message>
        <source>Find in name or folder</source>
        <translation>In Name oder Ordner suchen</translation>
    </message>
    <message>
        <source>Text in the name or folder of the films to show</source>
        <translation>Text im Namen oder Ordner der Aufnahmen, die gezeigt werden</translation>
    </message>
    <message>
        <source>Conditions on the finding, the status, the probability and your label.</source>
        <translation>Bedingungen an Befund, Stand, Wahrscheinlichkeit und Ihre Beurteilung.</translation>
    </message>
    <message>
        <source>Number of films shown</source>
        <translation>Zahl der gezeigten Aufnahmen</translation>
    </message>
    <message>
        <source>Sort Again</source>
        <translation>Neu sortieren</translation>
    </message>
    <message>
        <source>Films that changed have kept their places. Put them where they belong.</source>
        <translation>Geänderte Aufnahmen sind an ihrem Platz geblieben. Dies stellt sie dorthin, wohin sie gehören.</translation>
    </message>
    <message>
        <source>Show All</source>
        <translation>Alle zeigen</translation>
    </message>
    <message>
        <source>Clear the filter, so that all films are shown.</source>
        <translation>Leert den Filter, sodass alle Aufnahmen gezeigt werden.</translation>
    </message>
    <message>
        <source>Predicted finding of the films to show</source>
        <translation>Vorhergesagter Befund der Aufnahmen, die gezeigt werden</translation>
    </message>
    <message>
        <source>Status of the films to show</source>
        <translation>Stand der Aufnahmen, die gezeigt werden</translation>
    </message>
    <message>
        <source>Any status</source>
        <translation>Jeder Stand</translation>
    </message>
    <message>
        <source>Finding whose probability is to be in the range</source>
        <translation>Befund, dessen Wahrscheinlichkeit im Bereich liegen soll</translation>
    </message>
    <message>
        <source>Least probability</source>
        <translation>Kleinste Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Greatest probability</source>
        <translation>Größte Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Uncertain only</source>
        <translation>Nur unsichere</translation>
    </message>
    <message>
        <source>Without your label only</source>
        <translation>Nur ohne Ihre Beurteilung</translation>
    </message>
    <message>
        <source>from</source>
        <translation>von</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
    <message>
        <source>Conditions: {count}</source>
        <translation>Bedingungen: {count}</translation>
    </message>
    <message>
        <source>Conditions</source>
        <translation>Bedingungen</translation>
    </message>
</context>
<context>
    <name>FindingBar</name>
    <message>
        <source>Show the heatmap of {finding}.</source>
        <translation>Zeigt die Heatmap von {finding}.</translation>
    </message>
    <message>
        <source>{finding}, probability {number}, {threshold}</source>
        <translation>{finding}, Wahrscheinlichkeit {number}, {threshold}</translation>
    </message>
    <message>
        <source>threshold reached</source>
        <translation>Schwelle erreicht</translation>
    </message>
    <message>
        <source>threshold not reached</source>
        <translation>Schwelle nicht erreicht</translation>
    </message>
    <message>
        <source>threshold {number} reached</source>
        <translation>Schwelle {number} erreicht</translation>
    </message>
    <message>
        <source>below threshold {number}</source>
        <translation>unter der Schwelle {number}</translation>
    </message>
</context>
<context>
    <name>FolderRow</name>
    <message>
        <source>&amp;Folder…</source>
        <translation>&amp;Ordner…</translation>
    </message>
    <message>
        <source>Choose where films that are fetched are kept.</source>
        <translation>Wählt, wo abgeholte Aufnahmen aufbewahrt werden.</translation>
    </message>
    <message>
        <source>Keep Films In</source>
        <translation>Aufnahmen aufbewahren in</translation>
    </message>
    <message>
        <source>Films are kept in {folder}, one folder a study, with the patient data that they hold.</source>
        <translation>Aufnahmen werden in {folder} aufbewahrt, ein Ordner je Studie, mit den Patientendaten, die sie enthalten.</translation>
    </message>
</context>
<context>
    <name>FoundModel</name>
    <message>
        <source>The series are asked for when this is opened.</source>
        <translation>Die Serien werden beim Aufklappen erfragt.</translation>
    </message>
    <message>
        <source>Series {number}</source>
        <translation>Serie {number}</translation>
    </message>
    <message>
        <source>Study date</source>
        <translation>Studiendatum</translation>
    </message>
    <message>
        <source>Modality</source>
        <translation>Modalität</translation>
    </message>
    <message>
        <source>Patient&apos;s name</source>
        <translation>Name des Patienten</translation>
    </message>
    <message>
        <source>Identifier</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>Birth date</source>
        <translation>Geburtsdatum</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Accession no.</source>
        <translation>Auftragsnr.</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>Serien</translation>
    </message>
    <message>
        <source>Objects</source>
        <translation>Objekte</translation>
    </message>
</context>
<context>
    <name>FoundView</name>
    <message>
        <source>Studies found</source>
        <translation>Gefundene Studien</translation>
    </message>
    <message>
        <source>Right and left open and close the series of a study, Enter fetches and opens what is selected.</source>
        <translation>Rechts und links klappen die Serien einer Studie auf und zu, die Eingabetaste holt und öffnet das Gewählte.</translation>
    </message>
</context>
<context>
    <name>HeatmapPanel</name>
    <message>
        <source>Heatmap settings</source>
        <translation>Darstellung der Heatmap</translation>
    </message>
    <message>
        <source>Show the heatmap</source>
        <translation>Heatmap zeigen</translation>
    </message>
    <message>
        <source>Show the colour bar</source>
        <translation>Farbskala zeigen</translation>
    </message>
    <message>
        <source>Show the outline of the lungs</source>
        <translation>Umriss der Lunge zeigen</translation>
    </message>
    <message>
        <source>Greys</source>
        <translation>Grautöne</translation>
    </message>
    <message>
        <source>Filled</source>
        <translation>Fläche</translation>
    </message>
    <message>
        <source>Contours</source>
        <translation>Höhenlinien</translation>
    </message>
    <message>
        <source>Smooth</source>
        <translation>Weich</translation>
    </message>
    <message>
        <source>The network&apos;s own grid</source>
        <translation>Eigenes Raster des Netzes</translation>
    </message>
    <message>
        <source>Grad-CAM</source>
        <translation>Grad-CAM</translation>
    </message>
    <message>
        <source>Occlusion sensitivity</source>
        <translation>Verdeckungsempfindlichkeit</translation>
    </message>
    <message>
        <source>&amp;Finding</source>
        <translation>&amp;Befund</translation>
    </message>
    <message>
        <source>&amp;Method</source>
        <translation>&amp;Methode</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>&amp;Style</source>
        <translation>&amp;Stil</translation>
    </message>
    <message>
        <source>Transi&amp;tions</source>
        <translation>Über&amp;gänge</translation>
    </message>
    <message>
        <source>&amp;Opacity</source>
        <translation>&amp;Deckkraft</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>The colours compare regions of this film, not films. Only the button below runs the network.</source>
        <translation>Die Farben vergleichen Bereiche dieser Aufnahme, nicht Aufnahmen. Nur der Knopf hier unten lässt das Netz laufen.</translation>
    </message>
    <message>
        <source>Predicted ({finding})</source>
        <translation>Vorhergesagt ({finding})</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>Vorhergesagt</translation>
    </message>
    <message>
        <source>{number} %</source>
        <translation>{number} %</translation>
    </message>
</context>
<context>
    <name>InputPicture</name>
    <message>
        <source>The network&apos;s input as a picture</source>
        <translation>Die Eingabe des Netzes als Bild</translation>
    </message>
</context>
<context>
    <name>Labels</name>
    <message>
        <source>There are no labels to compare yet. Agree or disagree with the prediction of a film of the list, and it is counted here.</source>
        <translation>Es gibt noch keine Beurteilungen zu vergleichen. Stimmen Sie der Vorhersage einer Aufnahme der Liste zu oder widersprechen Sie ihr, und sie zählt hier mit.</translation>
    </message>
    <message>
        <source>Films with your label and a prediction: {films}. You agree with {agreed} of them. All films of the list count, also those that the filter hides, and equal files once.</source>
        <translation>Aufnahmen mit Ihrer Beurteilung und einer Vorhersage: {films}. {agreed} davon stimmen Sie zu. Alle Aufnahmen der Liste zählen, auch die der Filter verbirgt, und gleiche Dateien einmal.</translation>
    </message>
    <message>
        <source>Films that you disagree about without naming a finding: {count}. They are in neither table.</source>
        <translation>Aufnahmen, bei denen Sie widersprechen, ohne einen Befund zu nennen: {count}. Sie stehen in keiner der Tabellen.</translation>
    </message>
    <message>
        <source>Your label is taken for true here, but it is no reference standard: as you have seen the predictions, the figures tell how often you accepted them.</source>
        <translation>Ihre Beurteilung gilt hier als wahr, ist aber kein Referenzstandard: Da Sie die Vorhersagen gesehen haben, sagen die Zahlen, wie oft Sie sie angenommen haben.</translation>
    </message>
    <message>
        <source>no film</source>
        <translation>keine Aufnahme</translation>
    </message>
    <message>
        <source>{share} ({part} of {whole})</source>
        <translation>{share} ({part} von {whole})</translation>
    </message>
    <message>
        <source>Your finding (rows), predicted (columns)</source>
        <translation>Ihr Befund (Zeilen), vorhergesagt (Spalten)</translation>
    </message>
    <message>
        <source>Finding</source>
        <translation>Befund</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Sensitivität</translation>
    </message>
    <message>
        <source>Predicted so</source>
        <translation>So vorhergesagt</translation>
    </message>
    <message>
        <source>of films that you say show it</source>
        <translation>von Aufnahmen, die ihn nach Ihrer Beurteilung zeigen</translation>
    </message>
    <message>
        <source>Specificity</source>
        <translation>Spezifität</translation>
    </message>
    <message>
        <source>Predicted otherwise</source>
        <translation>Anders vorhergesagt</translation>
    </message>
    <message>
        <source>of films that you say do not</source>
        <translation>von Aufnahmen, die ihn nach Ihrer Beurteilung nicht zeigen</translation>
    </message>
    <message>
        <source>Agree with 1 film</source>
        <translation>1 Aufnahme zustimmen</translation>
    </message>
    <message>
        <source>Agree with {count} films</source>
        <translation>{count} Aufnahmen zustimmen</translation>
    </message>
    <message>
        <source>Disagree about 1 film</source>
        <translation>1 Aufnahme widersprechen</translation>
    </message>
    <message>
        <source>Disagree about {count} films</source>
        <translation>{count} Aufnahmen widersprechen</translation>
    </message>
    <message>
        <source>Change the note of 1 film</source>
        <translation>Notiz von 1 Aufnahme ändern</translation>
    </message>
    <message>
        <source>Change the notes of {count} films</source>
        <translation>Notizen von {count} Aufnahmen ändern</translation>
    </message>
    <message>
        <source>Remove the label of 1 film</source>
        <translation>Beurteilung von 1 Aufnahme entfernen</translation>
    </message>
    <message>
        <source>Remove the labels of {count} films</source>
        <translation>Beurteilungen von {count} Aufnahmen entfernen</translation>
    </message>
    <message>
        <source>Agreed with 1 film.</source>
        <translation>1 Aufnahme zugestimmt.</translation>
    </message>
    <message>
        <source>Agreed with {count} films.</source>
        <translation>{count} Aufnahmen zugestimmt.</translation>
    </message>
    <message>
        <source>Disagreed about 1 film.</source>
        <translation>1 Aufnahme widersprochen.</translation>
    </message>
    <message>
        <source>Disagreed about {count} films.</source>
        <translation>{count} Aufnahmen widersprochen.</translation>
    </message>
    <message>
        <source>Changed the note of 1 film.</source>
        <translation>Notiz von 1 Aufnahme geändert.</translation>
    </message>
    <message>
        <source>Changed the notes of {count} films.</source>
        <translation>Notizen von {count} Aufnahmen geändert.</translation>
    </message>
    <message>
        <source>Removed the label of 1 film.</source>
        <translation>Beurteilung von 1 Aufnahme entfernt.</translation>
    </message>
    <message>
        <source>Removed the labels of {count} films.</source>
        <translation>Beurteilungen von {count} Aufnahmen entfernt.</translation>
    </message>
    <message>
        <source>1 film has no result that could be labelled.</source>
        <translation>1 Aufnahme hat kein Ergebnis, das beurteilt werden könnte.</translation>
    </message>
    <message>
        <source>{count} films have no result that could be labelled.</source>
        <translation>{count} Aufnahmen haben kein Ergebnis, das beurteilt werden könnte.</translation>
    </message>
    <message>
        <source>1 film is labelled so already.</source>
        <translation>1 Aufnahme ist schon so beurteilt.</translation>
    </message>
    <message>
        <source>{count} films are labelled so already.</source>
        <translation>{count} Aufnahmen sind schon so beurteilt.</translation>
    </message>
    <message>
        <source>1 film is predicted so, and was left as it is.</source>
        <translation>1 Aufnahme ist so vorhergesagt und blieb, wie sie ist.</translation>
    </message>
    <message>
        <source>{count} films are predicted so, and were left as they are.</source>
        <translation>{count} Aufnahmen sind so vorhergesagt und blieben, wie sie sind.</translation>
    </message>
    <message>
        <source>1 film has no label.</source>
        <translation>1 Aufnahme hat keine Beurteilung.</translation>
    </message>
    <message>
        <source>{count} films have no label.</source>
        <translation>{count} Aufnahmen haben keine Beurteilung.</translation>
    </message>
    <message>
        <source>1 film had no label: you now agree with its prediction.</source>
        <translation>1 Aufnahme hatte keine Beurteilung: Sie stimmen ihrer Vorhersage nun zu.</translation>
    </message>
    <message>
        <source>{count} films had no label: you now agree with their predictions.</source>
        <translation>{count} Aufnahmen hatten keine Beurteilung: Sie stimmen ihren Vorhersagen nun zu.</translation>
    </message>
    <message>
        <source>1 film had no label: you now disagree with its prediction.</source>
        <translation>1 Aufnahme hatte keine Beurteilung: Sie widersprechen ihrer Vorhersage nun.</translation>
    </message>
    <message>
        <source>{count} films had no label: you now disagree with their predictions.</source>
        <translation>{count} Aufnahmen hatten keine Beurteilung: Sie widersprechen ihren Vorhersagen nun.</translation>
    </message>
    <message>
        <source>No film is selected.</source>
        <translation>Keine Aufnahme ist gewählt.</translation>
    </message>
    <message>
        <source>{count} films without a result.</source>
        <translation>{count} Aufnahmen ohne Ergebnis.</translation>
    </message>
    <message>
        <source>{count} films, with these predictions: {findings}</source>
        <translation>{count} Aufnahmen, mit diesen Vorhersagen: {findings}</translation>
    </message>
    <message>
        <source>{name} has no result at the moment.</source>
        <translation>{name} hat zurzeit kein Ergebnis.</translation>
    </message>
    <message>
        <source>{name} is predicted {finding}.</source>
        <translation>Für {name} ist {finding} vorhergesagt.</translation>
    </message>
    <message>
        <source>{name} is predicted {finding}, probability {number}.</source>
        <translation>Für {name} ist {finding} vorhergesagt, Wahrscheinlichkeit {number}.</translation>
    </message>
    <message>
        <source>Your label stays: you agree with {predicted}.</source>
        <translation>Ihre Beurteilung bleibt: Sie stimmen {predicted} zu.</translation>
    </message>
    <message>
        <source>Your label stays: you see {finding}, not {predicted}.</source>
        <translation>Ihre Beurteilung bleibt: Sie sehen {finding}, nicht {predicted}.</translation>
    </message>
    <message>
        <source>Your label stays: you disagree with {predicted}.</source>
        <translation>Ihre Beurteilung bleibt: Sie widersprechen {predicted}.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>cxrviewer: research use only, not for diagnosis</source>
        <translation>cxrviewer: nur für die Forschung, nicht zur Diagnose</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>The filter was cleared to show what was opened.</source>
        <translation>Der Filter wurde geleert, um das Geöffnete zu zeigen.</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>Fil&amp;ms</source>
        <translation>A&amp;ufnahmen</translation>
    </message>
    <message>
        <source>&amp;Label</source>
        <translation>Beurtei&amp;lung</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Open &amp;Recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exportieren</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Panels</source>
        <translation>&amp;Bereiche</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farbschema</translation>
    </message>
    <message>
        <source>Hel&amp;p</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Radiograph</source>
        <translation>&amp;Röntgenbild</translation>
    </message>
    <message>
        <source>&amp;Window</source>
        <translation>&amp;Fenster</translation>
    </message>
    <message>
        <source>&amp;Compare</source>
        <translation>&amp;Vergleichen</translation>
    </message>
    <message>
        <source>&amp;Heatmap</source>
        <translation>Heat&amp;map</translation>
    </message>
</context>
<context>
    <name>MessageLine</name>
    <message>
        <source>Copy Details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
</context>
<context>
    <name>NetworkInputPanel</name>
    <message>
        <source>What the network saw</source>
        <translation>Was das Netz sah</translation>
    </message>
    <message>
        <source>The network has seen nothing yet.</source>
        <translation>Das Netz hat noch nichts gesehen.</translation>
    </message>
    <message>
        <source>stretched to this shape</source>
        <translation>auf diese Form gestreckt</translation>
    </message>
    <message>
        <source>with black beside it where its shape differs</source>
        <translation>mit Schwarz daneben, wo die Form abweicht</translation>
    </message>
    <message>
        <source>cut to this shape about its middle</source>
        <translation>um die Mitte auf diese Form zugeschnitten</translation>
    </message>
    <message>
        <source>{width} x {height} pixels, the film&apos;s default rendering, {fit}. Nothing else goes in.</source>
        <translation>{width} x {height} Pixel, die Aufnahme, wie ihre Datei sie verlangt, {fit}. Sonst geht nichts ein.</translation>
    </message>
</context>
<context>
    <name>NodeChoice</name>
    <message>
        <source>PACS</source>
        <translation>PACS</translation>
    </message>
    <message>
        <source>none configured</source>
        <translation>keines eingerichtet</translation>
    </message>
    <message>
        <source>P&amp;ACS</source>
        <translation>P&amp;ACS</translation>
    </message>
    <message>
        <source>Nod&amp;es…</source>
        <translation>&amp;Knoten…</translation>
    </message>
    <message>
        <source>Add, edit and test the nodes that can be asked.</source>
        <translation>Legt die Knoten an, die gefragt werden können, ändert und testet sie.</translation>
    </message>
</context>
<context>
    <name>NodeForm</name>
    <message>
        <source>Fields of the node</source>
        <translation>Felder des Knotens</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>What you call it.</source>
        <translation>Wie Sie ihn nennen.</translation>
    </message>
    <message>
        <source>DICOM</source>
        <translation>DICOM</translation>
    </message>
    <message>
        <source>DICOMweb</source>
        <translation>DICOMweb</translation>
    </message>
    <message>
        <source>&amp;Kind</source>
        <translation>&amp;Art</translation>
    </message>
    <message>
        <source>Which protocol the PACS speaks here.</source>
        <translation>Welches Protokoll das PACS hier spricht.</translation>
    </message>
    <message>
        <source>&amp;Host</source>
        <translation>&amp;Rechner</translation>
    </message>
    <message>
        <source>Host name or IP address of the PACS.</source>
        <translation>Rechnername oder IP-Adresse des PACS.</translation>
    </message>
    <message>
        <source>&amp;Port</source>
        <translation>&amp;Port</translation>
    </message>
    <message>
        <source>Usually 104 or 11112.</source>
        <translation>Meist 104 oder 11112.</translation>
    </message>
    <message>
        <source>&amp;AE title of the PACS</source>
        <translation>AE-&amp;Titel des PACS</translation>
    </message>
    <message>
        <source>As it calls itself.</source>
        <translation>Wie es sich selbst nennt.</translation>
    </message>
    <message>
        <source>AE title of this &amp;program</source>
        <translation>AE-Titel &amp;dieses Programms</translation>
    </message>
    <message>
        <source>As the PACS knows this program; many only answer to titles that they know.</source>
        <translation>Wie das PACS dieses Programm kennt; viele antworten nur Titeln, die sie kennen.</translation>
    </message>
    <message>
        <source>C-GET</source>
        <translation>C-GET</translation>
    </message>
    <message>
        <source>C-MOVE</source>
        <translation>C-MOVE</translation>
    </message>
    <message>
        <source>&amp;Fetch by</source>
        <translation>Abh&amp;olen mit</translation>
    </message>
    <message>
        <source>C-GET needs nothing set up at the PACS; some can only do C-MOVE.</source>
        <translation>Für C-GET muss am PACS nichts eingerichtet werden; manche können nur C-MOVE.</translation>
    </message>
    <message>
        <source>&amp;Encrypted</source>
        <translation>&amp;Verschlüsselt</translation>
    </message>
    <message>
        <source>Connect with TLS</source>
        <translation>Mit TLS verbinden</translation>
    </message>
    <message>
        <source>Add&amp;ress</source>
        <translation>Adr&amp;esse</translation>
    </message>
    <message>
        <source>Such as https://pacs.example.org/dicom-web.</source>
        <translation>Etwa https://pacs.example.org/dicom-web.</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <source>Empty where the server asks for none.</source>
        <translation>Leer, wo der Server keinen verlangt.</translation>
    </message>
    <message>
        <source>Pass&amp;word</source>
        <translation>Pass&amp;wort</translation>
    </message>
    <message>
        <source>Kept in the system&apos;s keyring, and nowhere else.</source>
        <translation>Wird im Schlüsselbund des Systems aufbewahrt, und nirgends sonst.</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>T&amp;ime-out</source>
        <translation>Z&amp;eitgrenze</translation>
    </message>
    <message>
        <source>For each answer of the PACS.</source>
        <translation>Für jede Antwort des PACS.</translation>
    </message>
    <message>
        <source>&amp;Destination of C-MOVE</source>
        <translation>&amp;Ziel von C-MOVE</translation>
    </message>
    <message>
        <source>The AE title under which the PACS knows this machine; empty for that of this program. It has to know address and port, too. The window listens only while it fetches; what is sent here unasked is for the program of the command line: cxrviewer receive.</source>
        <translation>Der AE-Titel, unter dem das PACS diesen Rechner kennt; leer für den dieses Programms. Auch Adresse und Port muss es kennen. Das Fenster hört nur zu, solange es abholt; was ungefragt hierher gesendet wird, ist für das Programm der Befehlszeile: cxrviewer receive.</translation>
    </message>
    <message>
        <source>&amp;Listen at</source>
        <translation>Z&amp;uhören an</translation>
    </message>
    <message>
        <source>The address of this machine that the PACS sends to; 127.0.0.1 is for a PACS on this machine.</source>
        <translation>Die Adresse dieses Rechners, an die das PACS sendet; 127.0.0.1 ist für ein PACS auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Any free port</source>
        <translation>Irgendein freier Port</translation>
    </message>
    <message>
        <source>Listen at p&amp;ort</source>
        <translation>Zuhören am Por&amp;t</translation>
    </message>
    <message>
        <source>Certificates and keys (*.pem *.crt *.cer *.key);;All files (*)</source>
        <translation>Zertifikate und Schlüssel (*.pem *.crt *.cer *.key);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>A&amp;uthorities</source>
        <translation>Zertifizierungsste&amp;llen</translation>
    </message>
    <message>
        <source>PEM file of those that are trusted instead of the system&apos;s.</source>
        <translation>PEM-Datei derer, denen statt denen des Systems vertraut wird.</translation>
    </message>
    <message>
        <source>&amp;Certificate</source>
        <translation>Ze&amp;rtifikat</translation>
    </message>
    <message>
        <source>PEM file that is shown to the PACS.</source>
        <translation>PEM-Datei, die dem PACS gezeigt wird.</translation>
    </message>
    <message>
        <source>Ke&amp;y</source>
        <translation>Schlüsse&amp;l</translation>
    </message>
    <message>
        <source>PEM file of the certificate&apos;s key, where it is not in the same.</source>
        <translation>PEM-Datei mit dem Schlüssel des Zertifikats, wo er nicht in derselben steht.</translation>
    </message>
    <message>
        <source>Where the key has one. Kept in the system&apos;s keyring, and nowhere else.</source>
        <translation>Wo der Schlüssel eine hat. Wird im Schlüsselbund des Systems aufbewahrt, und nirgends sonst.</translation>
    </message>
    <message>
        <source>Passphrase of the key</source>
        <translation>Passphrase des Schlüssels</translation>
    </message>
</context>
<context>
    <name>NodeTestRow</name>
    <message>
        <source>&amp;Test</source>
        <translation>&amp;Testen</translation>
    </message>
    <message>
        <source>Ask the node whether it is there and answers to this program.</source>
        <translation>Fragt den Knoten, ob er da ist und diesem Programm antwortet.</translation>
    </message>
    <message>
        <source>Asking {name} …</source>
        <translation>{name} wird gefragt …</translation>
    </message>
    <message>
        <source>Answered in {milliseconds} ms</source>
        <translation>Antwort nach {milliseconds} ms</translation>
    </message>
    <message>
        <source> as {peer}</source>
        <translation> als {peer}</translation>
    </message>
    <message>
        <source>, encrypted.</source>
        <translation>, verschlüsselt.</translation>
    </message>
    <message>
        <source>, not encrypted.</source>
        <translation>, unverschlüsselt.</translation>
    </message>
    <message>
        <source>The test was cancelled.</source>
        <translation>Der Test wurde abgebrochen.</translation>
    </message>
</context>
<context>
    <name>NodesDialog</name>
    <message>
        <source>PACS Nodes</source>
        <translation>PACS-Knoten</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>Knoten</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Anlegen</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Verdoppeln</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>No node is configured; Add begins one.</source>
        <translation>Kein Knoten ist eingerichtet; „Anlegen“ beginnt einen.</translation>
    </message>
    <message>
        <source>As it is kept</source>
        <translation>Wie aufbewahrt</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>(ohne Namen)</translation>
    </message>
    <message>
        <source>None is kept</source>
        <translation>Keines aufbewahrt</translation>
    </message>
    <message>
        <source>A password is used until the program is closed, and not kept: {reason}</source>
        <translation>Ein Passwort gilt, bis das Programm geschlossen wird, und wird nicht aufbewahrt: {reason}</translation>
    </message>
    <message>
        <source>Bringing the system&apos;s keyring up to date …</source>
        <translation>Der Schlüsselbund des Systems wird auf den Stand gebracht …</translation>
    </message>
</context>
<context>
    <name>NotForDiagnosis</name>
    <message>
        <source>Research use only. Not for diagnosis.</source>
        <translation>Nur für die Forschung. Nicht zur Diagnose.</translation>
    </message>
</context>
<context>
    <name>NoteDialog</name>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>I &amp;agree with the prediction</source>
        <translation>Ich stimme der Vorhersage &amp;zu</translation>
    </message>
    <message>
        <source>I &amp;disagree, and do not say which finding I see</source>
        <translation>Ich &amp;widerspreche und sage nicht, welchen Befund ich sehe</translation>
    </message>
    <message>
        <source>&amp;Note</source>
        <translation>&amp;Notiz</translation>
    </message>
    <message>
        <source>A note is part of your label, so say also what you think of the prediction:</source>
        <translation>Eine Notiz ist Teil Ihrer Beurteilung; sagen Sie also auch, was Sie von der Vorhersage halten:</translation>
    </message>
    <message>
        <source>{without} of {count} films have no label yet. With the note, it will say of them:</source>
        <translation>{without} von {count} Aufnahmen haben noch keine Beurteilung. Mit der Notiz wird sie von ihnen sagen:</translation>
    </message>
</context>
<context>
    <name>NoteField</name>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>The notes differ. What you write here is added to each.</source>
        <translation>Die Notizen sind verschieden. Was Sie hier schreiben, wird an jede angefügt.</translation>
    </message>
    <message>
        <source>What you want to remember of this.</source>
        <translation>Was Sie sich dazu merken wollen.</translation>
    </message>
    <message>
        <source>Enter accepts, Shift+Enter begins a line.</source>
        <translation>Eingabe übernimmt, Umschalt+Eingabe beginnt eine Zeile.</translation>
    </message>
    <message>
        <source>Enter begins a line, Ctrl+Enter accepts.</source>
        <translation>Eingabe beginnt eine Zeile, Strg+Eingabe übernimmt.</translation>
    </message>
</context>
<context>
    <name>NoticeCard</name>
    <message>
        <source>{time}, {number} times in a row</source>
        <translation>{time}, {number}-mal nacheinander</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Something failed that should not have: {error}. Please report it with the details.</source>
        <translation>Etwas ist fehlgeschlagen, das nicht hätte fehlschlagen dürfen: {error}. Bitte melden Sie es mit den Einzelheiten.</translation>
    </message>
</context>
<context>
    <name>NoticesPanel</name>
    <message>
        <source>Notices</source>
        <translation>Meldungen</translation>
    </message>
    <message>
        <source>Copy All</source>
        <translation>Alles kopieren</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Notices: {count}</source>
        <translation>Meldungen: {count}</translation>
    </message>
    <message>
        <source>Nothing to report.</source>
        <translation>Nichts zu melden.</translation>
    </message>
</context>
<context>
    <name>OcclusionBox</name>
    <message>
        <source>Progress of the occlusion sensitivity</source>
        <translation>Fortschritt der Verdeckungsempfindlichkeit</translation>
    </message>
    <message>
        <source>Occlusion sensitivity</source>
        <translation>Verdeckungsempfindlichkeit</translation>
    </message>
    <message>
        <source>Hide part after part of the film and see where the finding&apos;s evidence falls: about 200 passes.</source>
        <translation>Verdeckt Teil um Teil der Aufnahme und zeigt, wo weniger für den Befund spricht: etwa 200 Durchläufe.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop the occlusion sensitivity.</source>
        <translation>Bricht die Verdeckungsempfindlichkeit ab.</translation>
    </message>
</context>
<context>
    <name>OpenFromPacsDialog</name>
    <message>
        <source>Open from PACS</source>
        <translation>Aus dem PACS öffnen</translation>
    </message>
    <message>
        <source>&amp;Search</source>
        <translation>&amp;Suchen</translation>
    </message>
    <message>
        <source>Sto&amp;p</source>
        <translation>Anhal&amp;ten</translation>
    </message>
    <message>
        <source>S&amp;how patient data</source>
        <translation>Patientendaten &amp;zeigen</translation>
    </message>
    <message>
        <source>Name, identifier and birth date; shown anyway where they are asked for.</source>
        <translation>Name, Kennung und Geburtsdatum; wo danach gefragt wird, erscheinen sie ohnehin.</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>Ö&amp;ffnen</translation>
    </message>
    <message>
        <source>Fetch what is selected, and open it in the study list.</source>
        <translation>Holt das Gewählte ab und öffnet es in der Liste.</translation>
    </message>
    <message>
        <source>No PACS is configured yet; add one with the button Nodes…</source>
        <translation>Noch ist kein PACS eingerichtet; anlegen lässt sich eines mit dem Knopf Knoten…</translation>
    </message>
    <message>
        <source>Searching {node} …</source>
        <translation>{node} wird durchsucht …</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>Wird angehalten …</translation>
    </message>
    <message>
        <source>{count} studies</source>
        <translation>{count} Studien</translation>
    </message>
    <message>
        <source>1 study</source>
        <translation>1 Studie</translation>
    </message>
    <message>
        <source>There are more: these are the first {count} that the node named. Narrow the search by date, name or number.</source>
        <translation>Es gibt mehr: Dies sind die ersten {count}, die der Knoten genannt hat. Grenzen Sie die Suche mit Datum, Name oder Nummer ein.</translation>
    </message>
    <message>
        <source>{count} studies, and more</source>
        <translation>{count} Studien, und mehr</translation>
    </message>
    <message>
        <source>Stopped; studies so far: {count}</source>
        <translation>Angehalten; Studien bis dahin: {count}</translation>
    </message>
    <message>
        <source>No study matches.</source>
        <translation>Keine Studie passt.</translation>
    </message>
    <message>
        <source>Asking for the series …</source>
        <translation>Die Serien werden erfragt …</translation>
    </message>
    <message>
        <source>The node names no series of this study.</source>
        <translation>Der Knoten nennt keine Serien dieser Studie.</translation>
    </message>
    <message>
        <source>The series could not be asked for; search again.</source>
        <translation>Die Serien ließen sich nicht erfragen; suchen Sie noch einmal.</translation>
    </message>
    <message>
        <source>Asking {node} …</source>
        <translation>{node} wird gefragt …</translation>
    </message>
</context>
<context>
    <name>OpeningCommands</name>
    <message>
        <source>Open Radiographs</source>
        <translation>Röntgenaufnahmen öffnen</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open a Folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Nothing has been opened yet.</source>
        <translation>Es wurde noch nichts geöffnet.</translation>
    </message>
    <message>
        <source>Recent files and folders</source>
        <translation>Zuletzt geöffnete Dateien und Ordner</translation>
    </message>
    <message>
        <source>The clipboard holds no file, path or picture.</source>
        <translation>In der Zwischenablage ist weder Datei noch Pfad noch Bild.</translation>
    </message>
    <message>
        <source>What was opened holds no files.</source>
        <translation>Was geöffnet wurde, enthält keine Dateien.</translation>
    </message>
    <message>
        <source>{count} files opened.</source>
        <translation>{count} Dateien geöffnet.</translation>
    </message>
    <message>
        <source>Looking for files: {count} so far …</source>
        <translation>Dateien werden gesucht: bisher {count} …</translation>
    </message>
</context>
<context>
    <name>OperatingCurvePicture</name>
    <message>
        <source>Operating curve, sensitivity {sensitivity}, specificity {specificity}</source>
        <translation>ROC-Kurve, Sensitivität {sensitivity}, Spezifität {specificity}</translation>
    </message>
    <message>
        <source>1 - specificity</source>
        <translation>1 - Spezifität</translation>
    </message>
    <message>
        <source>sensitivity</source>
        <translation>Sensitivität</translation>
    </message>
</context>
<context>
    <name>Origin</name>
    <message>
        <source>Copy the whole SHA-256 of the model.</source>
        <translation>Kopiert die ganze SHA-256 des Modells.</translation>
    </message>
    <message>
        <source>Copy the SHA-256 of the model</source>
        <translation>SHA-256 des Modells kopieren</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Rechenwerk</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>{number} ms</source>
        <translation>{number} ms</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>The one that comes with the program</source>
        <translation>Das dem Programm beiliegende</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>LiteRT, for a CPU</source>
        <translation>LiteRT, für die CPU</translation>
    </message>
    <message>
        <source>Keras, for a GPU</source>
        <translation>Keras, für die GPU</translation>
    </message>
    <message>
        <source>One for each processor</source>
        <translation>Einer je Prozessor</translation>
    </message>
    <message>
        <source>As the file asks</source>
        <translation>Wie die Datei verlangt</translation>
    </message>
    <message>
        <source>Lung</source>
        <translation>Lunge</translation>
    </message>
    <message>
        <source>Bone</source>
        <translation>Knochen</translation>
    </message>
    <message>
        <source>Full range</source>
        <translation>Ganzer Bereich</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Show patient data of every film</source>
        <translation>Patientendaten jeder Aufnahme zeigen</translation>
    </message>
    <message>
        <source>Test how far results stand</source>
        <translation>Prüfen, wie fest Ergebnisse stehen</translation>
    </message>
    <message>
        <source>Your data folder</source>
        <translation>Ihr Datenordner</translation>
    </message>
    <message>
        <source>&amp;Bundle</source>
        <translation>&amp;Bündel</translation>
    </message>
    <message>
        <source>The network: the name of a bundle at hand, or a folder that holds one. Used for films from now on.</source>
        <translation>Das Netz: der Name eines vorhandenen Bündels oder ein Ordner, der eines enthält. Gilt für Aufnahmen von jetzt an.</translation>
    </message>
    <message>
        <source>&amp;Engine</source>
        <translation>&amp;Rechenwerk</translation>
    </message>
    <message>
        <source>What runs the network. Both give the same results; Keras takes seconds to start.</source>
        <translation>Was das Netz rechnet. Beide liefern dieselben Ergebnisse; Keras braucht Sekunden zum Starten.</translation>
    </message>
    <message>
        <source>&amp;Workers</source>
        <translation>Arbeits&amp;prozesse</translation>
    </message>
    <message>
        <source>How many films are analysed at once. Each worker takes some hundred megabytes of memory.</source>
        <translation>Wie viele Aufnahmen zugleich analysiert werden. Jeder Prozess braucht einige hundert Megabyte Speicher.</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>The heatmap&apos;s colours. All can be read without telling red from green.</source>
        <translation>Die Farben der Heatmap. Alle sind lesbar, ohne Rot von Grün zu unterscheiden.</translation>
    </message>
    <message>
        <source>&amp;Opening window</source>
        <translation>&amp;Erstes Fenster</translation>
    </message>
    <message>
        <source>Through which window a film is shown first. The network always sees the file&apos;s own.</source>
        <translation>Durch welches Fenster eine Aufnahme zuerst gezeigt wird. Das Netz sieht immer das der Datei.</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farbschema</translation>
    </message>
    <message>
        <source>Dark suits a dark reading room.</source>
        <translation>Dunkel passt in einen dunklen Befundraum.</translation>
    </message>
    <message>
        <source>Te&amp;xt size</source>
        <translation>&amp;Schriftgröße</translation>
    </message>
    <message>
        <source>In per cent of the size that the system asks for.</source>
        <translation>In Prozent der Größe, die das System vorgibt.</translation>
    </message>
    <message>
        <source>&amp;Patient data</source>
        <translation>Patienten&amp;daten</translation>
    </message>
    <message>
        <source>Otherwise name, identifier and birth date stay hidden until you ask for them, film by film.</source>
        <translation>Sonst bleiben Name, Kennung und Geburtsdatum verborgen, bis Sie danach fragen, Aufnahme für Aufnahme.</translation>
    </message>
    <message>
        <source>&amp;Agreement</source>
        <translation>Ü&amp;bereinstimmung</translation>
    </message>
    <message>
        <source>The network runs again over each film mirrored, shifted and turned a little. Used from now on.</source>
        <translation>Das Netz läuft über jede Aufnahme noch einmal gespiegelt, verschoben und etwas gedreht. Gilt ab jetzt.</translation>
    </message>
    <message>
        <source>&amp;Results folder</source>
        <translation>Ergebnis&amp;ordner</translation>
    </message>
    <message>
        <source>Where results, labels and the study list are kept. Used from the next start.</source>
        <translation>Wo Ergebnisse, Beurteilungen und die Liste aufbewahrt werden. Gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>S&amp;prache</translation>
    </message>
    <message>
        <source>Used from the next start.</source>
        <translation>Gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>Ordner…</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>The bundle cannot be used: {reason}</source>
        <translation>Das Bündel ist nicht brauchbar: {reason}</translation>
    </message>
    <message>
        <source>Give the whole path of the results folder, from the root on.</source>
        <translation>Geben Sie den ganzen Pfad des Ergebnisordners an, von der Wurzel an.</translation>
    </message>
    <message>
        <source>{path} is a file; the results need a folder.</source>
        <translation>{path} ist eine Datei; die Ergebnisse brauchen einen Ordner.</translation>
    </message>
    <message>
        <source>You may not write to {path}; choose another folder.</source>
        <translation>Sie dürfen nicht nach {path} schreiben; wählen Sie einen anderen Ordner.</translation>
    </message>
</context>
<context>
    <name>ProgramCommands</name>
    <message>
        <source>The language and the folder of results change with the next start.</source>
        <translation>Sprache und Ergebnisordner ändern sich mit dem nächsten Start.</translation>
    </message>
    <message>
        <source>There is no bundle whose thresholds could be chosen; choose one in the preferences.</source>
        <translation>Es gibt kein Bündel, dessen Schwellen gewählt werden könnten; wählen Sie eines in den Einstellungen.</translation>
    </message>
    <message>
        <source>There is no bundle whose card could be shown; choose one in the preferences.</source>
        <translation>Es gibt kein Bündel, dessen Karte gezeigt werden könnte; wählen Sie eines in den Einstellungen.</translation>
    </message>
</context>
<context>
    <name>ProgressRow</name>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancelling …</source>
        <translation>Wird abgebrochen …</translation>
    </message>
</context>
<context>
    <name>ProgressStrip</name>
    <message>
        <source>Progress of the analysis</source>
        <translation>Fortschritt der Analyse</translation>
    </message>
    <message>
        <source>Films analysed, rate, and time left</source>
        <translation>Analysierte Aufnahmen, Tempo und Restzeit</translation>
    </message>
    <message>
        <source>Films by status</source>
        <translation>Aufnahmen nach Stand</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Begin no more films; those that have begun are finished.</source>
        <translation>Beginnt keine weiteren Aufnahmen; begonnene werden beendet.</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Go on with the films that wait.</source>
        <translation>Fährt mit den wartenden Aufnahmen fort.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Leave the films that wait as they are; they can be continued later.</source>
        <translation>Lässt die wartenden Aufnahmen, wie sie sind; sie können später fortgesetzt werden.</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>{rate} a second</source>
        <translation>{rate} je Sekunde</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} min</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} h {minutes} min</translation>
    </message>
    <message>
        <source>Analysed: {ok}, refused: {refused}, failed: {errors}</source>
        <translation>Analysiert: {ok}, abgelehnt: {refused}, fehlgeschlagen: {errors}</translation>
    </message>
</context>
<context>
    <name>QueryForm</name>
    <message>
        <source>Patient&apos;s name</source>
        <translation>Name des Patienten</translation>
    </message>
    <message>
        <source>Begins with; * and ? stand for any characters</source>
        <translation>Beginnt mit; * und ? stehen für beliebige Zeichen</translation>
    </message>
    <message>
        <source>Patient&apos;s identifier</source>
        <translation>Kennung des Patienten</translation>
    </message>
    <message>
        <source>Accession number</source>
        <translation>Auftragsnummer</translation>
    </message>
    <message>
        <source>Any date</source>
        <translation>Beliebiges Datum</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>The last 7 days</source>
        <translation>Die letzten 7 Tage</translation>
    </message>
    <message>
        <source>The last 30 days</source>
        <translation>Die letzten 30 Tage</translation>
    </message>
    <message>
        <source>From … to …</source>
        <translation>Von … bis …</translation>
    </message>
    <message>
        <source>Study date</source>
        <translation>Studiendatum</translation>
    </message>
    <message>
        <source>First study date</source>
        <translation>Erstes Studiendatum</translation>
    </message>
    <message>
        <source>Last study date</source>
        <translation>Letztes Studiendatum</translation>
    </message>
    <message>
        <source>CR or DX</source>
        <translation>CR oder DX</translation>
    </message>
    <message>
        <source>CR</source>
        <translation>CR</translation>
    </message>
    <message>
        <source>DX</source>
        <translation>DX</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>Beliebig</translation>
    </message>
    <message>
        <source>Modality</source>
        <translation>Modalität</translation>
    </message>
    <message>
        <source>Patient&apos;s &amp;name</source>
        <translation>&amp;Name des Patienten</translation>
    </message>
    <message>
        <source>Study &amp;date</source>
        <translation>Studien&amp;datum</translation>
    </message>
    <message>
        <source>Patient&apos;s &amp;identifier</source>
        <translation>Kennung des Pat&amp;ienten</translation>
    </message>
    <message>
        <source>F&amp;rom</source>
        <translation>&amp;Von</translation>
    </message>
    <message>
        <source>A&amp;ccession number</source>
        <translation>Auf&amp;tragsnummer</translation>
    </message>
    <message>
        <source>&amp;To</source>
        <translation>&amp;Bis</translation>
    </message>
    <message>
        <source>&amp;Modality</source>
        <translation>&amp;Modalität</translation>
    </message>
</context>
<context>
    <name>RadiographCanvas</name>
    <message>
        <source>Radiograph</source>
        <translation>Röntgenaufnahme</translation>
    </message>
</context>
<context>
    <name>RecentMenu</name>
    <message>
        <source>No recent files</source>
        <translation>Keine zuletzt geöffneten Dateien</translation>
    </message>
</context>
<context>
    <name>ResultPanel</name>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Show Anyway</source>
        <translation>Trotzdem zeigen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Copy the Details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>No film is open</source>
        <translation>Keine Aufnahme ist geöffnet</translation>
    </message>
    <message>
        <source>Open or drop radiographs to see what the network says of them.</source>
        <translation>Öffnen Sie Aufnahmen oder ziehen Sie welche her, um zu sehen, was das Netz dazu sagt.</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>{name} will be analysed when it is its turn.</source>
        <translation>{name} wird analysiert, sobald sie an der Reihe ist.</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>{name} is being analysed.</source>
        <translation>{name} wird gerade analysiert.</translation>
    </message>
    <message>
        <source>No result yet</source>
        <translation>Noch kein Ergebnis</translation>
    </message>
    <message>
        <source>{name} has not been analysed. Films &gt; Analyse Unfinished Films does it.</source>
        <translation>{name} wurde noch nicht analysiert. Das tut Aufnahmen &gt; Unfertige Aufnahmen analysieren.</translation>
    </message>
    <message>
        <source>Most probable: {finding}, calibrated probability {number}.</source>
        <translation>Am wahrscheinlichsten: {finding}, kalibrierte Wahrscheinlichkeit {number}.</translation>
    </message>
    <message>
        <source>Most probable: {finding} {number}. The thresholds do not single it out.</source>
        <translation>Am wahrscheinlichsten: {finding} {number}. Die Schwellen heben keinen Befund allein heraus.</translation>
    </message>
    <message>
        <source>Only {finding} reaches its threshold. Calibrated probability: {number}.</source>
        <translation>Nur {finding} erreicht seine Schwelle. Kalibrierte Wahrscheinlichkeit: {number}.</translation>
    </message>
    <message>
        <source>Thresholds were chosen for: {purpose}.</source>
        <translation>Die Schwellen wurden gewählt für: {purpose}.</translation>
    </message>
    <message>
        <source>Analyse with Black and White Exchanged</source>
        <translation>Mit vertauschtem Schwarz und Weiß analysieren</translation>
    </message>
    <message>
        <source>Analyse Mirrored Back</source>
        <translation>Zurückgespiegelt analysieren</translation>
    </message>
    <message>
        <source>Analyse Turned Upright</source>
        <translation>Aufgerichtet analysieren</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Kürzel</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>SHA-256 of the file</source>
        <translation>SHA-256 der Datei</translation>
    </message>
</context>
<context>
    <name>Retrieval</name>
    <message>
        <source>objects: {done}</source>
        <translation>Objekte: {done}</translation>
    </message>
    <message>
        <source>{done} of {total} objects</source>
        <translation>{done} von {total} Objekten</translation>
    </message>
    <message>
        <source>{rate} a second</source>
        <translation>{rate} je Sekunde</translation>
    </message>
    <message>
        <source>{part} of {parts} chosen: {words}</source>
        <translation>{part} von {parts} gewählten: {words}</translation>
    </message>
    <message>
        <source>Objects that arrived before, and are opened: {count}.</source>
        <translation>Objekte, die vorher ankamen und geöffnet werden: {count}.</translation>
    </message>
    <message>
        <source>Cancelled. Objects that had arrived, and are opened: {count}; the others were not fetched.</source>
        <translation>Abgebrochen. Objekte, die schon da waren und geöffnet werden: {count}; die anderen wurden nicht abgeholt.</translation>
    </message>
    <message>
        <source>Cancelled before anything had arrived.</source>
        <translation>Abgebrochen, bevor etwas ankam.</translation>
    </message>
    <message>
        <source>Objects that arrived and are opened: {count}; that could not be fetched: {failed}.</source>
        <translation>Objekte, die ankamen und geöffnet werden: {count}; die nicht abgeholt werden konnten: {failed}.</translation>
    </message>
    <message>
        <source>Nothing arrived: what was chosen holds no radiographs.</source>
        <translation>Nichts kam an: Das Gewählte enthält keine Röntgenaufnahmen.</translation>
    </message>
    <message>
        <source>Objects that arrived and are opened: {count}.</source>
        <translation>Objekte, die ankamen und geöffnet werden: {count}.</translation>
    </message>
</context>
<context>
    <name>SendToPacsDialog</name>
    <message>
        <source>Send Results to PACS</source>
        <translation>Ergebnisse an ein PACS senden</translation>
    </message>
    <message>
        <source>&amp;Send</source>
        <translation>&amp;Senden</translation>
    </message>
    <message>
        <source>For each DICOM film that has a result: a structured report, the overlay as a picture and a map of every heatmap. They go into the film&apos;s own study and carry the patient&apos;s name and identifier, as the film does. Films that are no DICOM have none.</source>
        <translation>Für jede DICOM-Aufnahme mit Ergebnis: ein strukturierter Befund, die Überlagerung als Bild und eine Karte je Heatmap. Sie kommen in die Studie der Aufnahme und tragen Namen und Kennung des Patienten, wie die Aufnahme selbst. Aufnahmen, die kein DICOM sind, haben keine.</translation>
    </message>
    <message>
        <source>Films</source>
        <translation>Aufnahmen</translation>
    </message>
    <message>
        <source>Se&amp;lected films ({count})</source>
        <translation>&amp;Gewählte Aufnahmen ({count})</translation>
    </message>
    <message>
        <source>All &amp;films of the list ({count})</source>
        <translation>A&amp;lle Aufnahmen der Liste ({count})</translation>
    </message>
    <message>
        <source>No PACS is configured yet; add one with the button Nodes…</source>
        <translation>Noch ist kein PACS eingerichtet; anlegen lässt sich eines mit dem Knopf Knoten…</translation>
    </message>
    <message>
        <source>There is no bundle to make objects with; see the notices.</source>
        <translation>Es gibt kein Bündel, mit dem Objekte zu machen sind; siehe die Meldungen.</translation>
    </message>
    <message>
        <source>Making the objects …</source>
        <translation>Die Objekte werden gemacht …</translation>
    </message>
    <message>
        <source>Making the objects: {done} of {total} films</source>
        <translation>Die Objekte werden gemacht: {done} von {total} Aufnahmen</translation>
    </message>
    <message>
        <source>Sending: {done} of {total} objects</source>
        <translation>Wird gesendet: {done} von {total} Objekten</translation>
    </message>
    <message>
        <source>Cancelled. Objects that the PACS has: {count}.</source>
        <translation>Abgebrochen. Objekte, die das PACS hat: {count}.</translation>
    </message>
    <message>
        <source>Objects that the PACS took: {count}; that it did not take: {others}.</source>
        <translation>Objekte, die das PACS annahm: {count}; die es nicht annahm: {others}.</translation>
    </message>
    <message>
        <source>There was nothing to send.</source>
        <translation>Es gab nichts zu senden.</translation>
    </message>
    <message>
        <source>The PACS took everything; objects: {count}.</source>
        <translation>Das PACS hat alles angenommen; Objekte: {count}.</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Type a part of a command or its keys</source>
        <translation>Teil eines Befehls oder seiner Tasten tippen</translation>
    </message>
    <message>
        <source>Filter the commands</source>
        <translation>Befehle filtern</translation>
    </message>
    <message>
        <source>Copy the List</source>
        <translation>Liste kopieren</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation>Befehle und ihre Tasten</translation>
    </message>
</context>
<context>
    <name>Sign</name>
    <message>
        <source>Information</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
</context>
<context>
    <name>Start</name>
    <message>
        <source>You can go on with an empty list that is lost when the window is closed.</source>
        <translation>Sie können mit einer leeren Liste weitermachen, die beim Schließen des Fensters verloren geht.</translation>
    </message>
    <message>
        <source>Go On</source>
        <translation>Weitermachen</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>{zoom} %, centre {centre}, width {width}</source>
        <translation>{zoom} %, Mitte {centre}, Breite {width}</translation>
    </message>
    <message>
        <source>row {row}, column {column}: {stored} (outside the film)</source>
        <translation>Zeile {row}, Spalte {column}: {stored} (außerhalb der Aufnahme)</translation>
    </message>
    <message>
        <source>row {row}, column {column}: {stored}</source>
        <translation>Zeile {row}, Spalte {column}: {stored}</translation>
    </message>
    <message>
        <source>row {row}, column {column}: {stored} ({modality} in modality units)</source>
        <translation>Zeile {row}, Spalte {column}: {stored} ({modality} in Einheiten der Modalität)</translation>
    </message>
</context>
<context>
    <name>StoredPreferences</name>
    <message>
        <source>The settings could not be written to {path}; check the disk and your rights there.</source>
        <translation>Die Einstellungen konnten nicht nach {path} geschrieben werden; prüfen Sie das Laufwerk und Ihre Rechte dort.</translation>
    </message>
    <message>
        <source>The settings in {path} cannot be read in full; what is missing has its default.</source>
        <translation>Die Einstellungen in {path} sind nicht ganz lesbar; was fehlt, hat seinen Standardwert.</translation>
    </message>
    <message>
        <source>The setting {name} cannot be {value}; it is {default} until you change it.</source>
        <translation>Die Einstellung {name} kann nicht {value} sein; sie ist {default}, bis Sie sie ändern.</translation>
    </message>
</context>
<context>
    <name>StoredResult</name>
    <message>
        <source>the finding</source>
        <translation>dem Befund</translation>
    </message>
    <message>
        <source>the probabilities</source>
        <translation>den Wahrscheinlichkeiten</translation>
    </message>
    <message>
        <source>what is flagged</source>
        <translation>dem, was markiert ist</translation>
    </message>
    <message>
        <source>the prediction set</source>
        <translation>der Vorhersagemenge</translation>
    </message>
    <message>
        <source>the model</source>
        <translation>dem Modell</translation>
    </message>
    <message>
        <source>Stored result (from the study): {finding} {number}, {model}, {program}</source>
        <translation>Gespeichertes Ergebnis (aus der Studie): {finding} {number}, {model}, {program}</translation>
    </message>
    <message>
        <source>, film of {date}</source>
        <translation>, Aufnahme vom {date}</translation>
    </message>
    <message>
        <source>It warned: {warnings}</source>
        <translation>Es warnte: {warnings}</translation>
    </message>
    <message>
        <source>The fresh result says the same.</source>
        <translation>Das frische Ergebnis sagt dasselbe.</translation>
    </message>
    <message>
        <source>The fresh result differs in {what}.</source>
        <translation>Das frische Ergebnis unterscheidet sich in {what}.</translation>
    </message>
</context>
<context>
    <name>StudyList</name>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Analysed</source>
        <translation>Analysiert</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Film</source>
        <translation>Aufnahme</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>Vorhergesagt</translation>
    </message>
    <message>
        <source>Uncertain</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>Warnungen</translation>
    </message>
    <message>
        <source>Your label</source>
        <translation>Ihre Beurteilung</translation>
    </message>
    <message>
        <source>Analysed at</source>
        <translation>Analysiert am</translation>
    </message>
    <message>
        <source>Left aside: {what}</source>
        <translation>Beiseitegelassen: {what}</translation>
    </message>
    <message>
        <source>{finding} below its threshold</source>
        <translation>{finding} unter seiner Schwelle</translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <source>{findings}, neither fits at {level}</source>
        <translation>{findings}, keiner passt bei {level}</translation>
    </message>
    <message>
        <source>Agree: {finding}</source>
        <translation>Zustimmung: {finding}</translation>
    </message>
    <message>
        <source>Disagree: {finding}</source>
        <translation>Widerspruch: {finding}</translation>
    </message>
    <message>
        <source>Disagree</source>
        <translation>Widerspruch</translation>
    </message>
</context>
<context>
    <name>StudyTable</name>
    <message>
        <source>Study list</source>
        <translation>Aufnahmenliste</translation>
    </message>
    <message>
        <source>All films that were opened. N and P go to the next and the previous film, Enter opens one.</source>
        <translation>Alle geöffneten Aufnahmen. N und P gehen zur nächsten und vorigen Aufnahme, Eingabe öffnet eine.</translation>
    </message>
    <message>
        <source>Columns of the study list</source>
        <translation>Spalten der Liste</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Sort By</source>
        <translation>Sortieren nach</translation>
    </message>
</context>
<context>
    <name>ThresholdRow</name>
    <message>
        <source>{finding}: what its threshold is chosen for</source>
        <translation>{finding}: wofür seine Schwelle gewählt ist</translation>
    </message>
    <message>
        <source>The bundle&apos;s own</source>
        <translation>Die des Bündels</translation>
    </message>
    <message>
        <source>Sensitivity of at least</source>
        <translation>Sensitivität von mindestens</translation>
    </message>
    <message>
        <source>Specificity of at least</source>
        <translation>Spezifität von mindestens</translation>
    </message>
    <message>
        <source>{finding}: target in per cent</source>
        <translation>{finding}: Ziel in Prozent</translation>
    </message>
    <message>
        <source>No threshold reaches {number} % on these films; choose a lower one.</source>
        <translation>Keine Schwelle erreicht {number} % auf diesen Aufnahmen; wählen Sie ein niedrigeres Ziel.</translation>
    </message>
    <message>
        <source>Threshold {number}: sensitivity {sensitivity}, specificity {specificity} on {films}.</source>
        <translation>Schwelle {number}: Sensitivität {sensitivity}, Spezifität {specificity} auf {films}.</translation>
    </message>
</context>
<context>
    <name>ThresholdsDialog</name>
    <message>
        <source>Thresholds</source>
        <translation>Schwellen</translation>
    </message>
    <message>
        <source>For {name} {version} alone: another version of the bundle has thresholds of its own. The network does not run again.</source>
        <translation>Nur für {name} {version}: Eine andere Version des Bündels hat eigene Schwellen. Das Netz läuft nicht noch einmal.</translation>
    </message>
    <message>
        <source>This bundle has no operating curves to choose other thresholds on.</source>
        <translation>Dieses Bündel hat keine ROC-Kurven, auf denen andere Schwellen gewählt werden könnten.</translation>
    </message>
    <message>
        <source>&amp;Level of prediction sets</source>
        <translation>&amp;Niveau der Vorhersagemengen</translation>
    </message>
    <message>
        <source>How often the set holds the finding, for films like those that the bundle was fitted on.</source>
        <translation>Wie oft die Menge den Befund enthält, bei Aufnahmen wie denen, auf die das Bündel angepasst wurde.</translation>
    </message>
    <message>
        <source>This bundle has no prediction sets; a result is uncertain where the thresholds say so.</source>
        <translation>Dieses Bündel hat keine Vorhersagemengen; ein Ergebnis ist unsicher, wo die Schwellen es sagen.</translation>
    </message>
    <message>
        <source>Level of prediction sets</source>
        <translation>Niveau der Vorhersagemengen</translation>
    </message>
</context>
<context>
    <name>UnfinishedBar</name>
    <message>
        <source>Analyse</source>
        <translation>Analysieren</translation>
    </message>
    <message>
        <source>Go on with the films that have no result yet.</source>
        <translation>Fährt mit den Aufnahmen fort, die noch kein Ergebnis haben.</translation>
    </message>
    <message>
        <source>One film has no result yet.</source>
        <translation>Eine Aufnahme hat noch kein Ergebnis.</translation>
    </message>
    <message>
        <source>{count} films have no result yet.</source>
        <translation>{count} Aufnahmen haben noch kein Ergebnis.</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Nothing is open</source>
        <translation>Nichts ist geöffnet</translation>
    </message>
    <message>
        <source>How to open radiographs</source>
        <translation>Wie man Aufnahmen öffnet</translation>
    </message>
    <message>
        <source>Open chest radiographs</source>
        <translation>Röntgenaufnahmen des Thorax öffnen</translation>
    </message>
    <message>
        <source>Drop files and folders anywhere on this window, or paste a picture or a path with {keys}. DICOM, PNG, JPEG, TIFF, BMP and WebP are read, whatever the files are called.</source>
        <translation>Ziehen Sie Dateien und Ordner irgendwo auf dieses Fenster, oder fügen Sie ein Bild oder einen Pfad mit {keys} ein. Gelesen werden DICOM, PNG, JPEG, TIFF, BMP und WebP, wie immer die Dateien heißen.</translation>
    </message>
    <message>
        <source>Opened last</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
</context>
<context>
    <name>WindowPanel</name>
    <message>
        <source>Window centre and width</source>
        <translation>Fenstermitte und -breite</translation>
    </message>
    <message>
        <source>Invert black and white</source>
        <translation>Schwarz und Weiß vertauschen</translation>
    </message>
    <message>
        <source>As the file asks</source>
        <translation>Wie die Datei verlangt</translation>
    </message>
    <message>
        <source>&amp;Preset</source>
        <translation>&amp;Voreinstellung</translation>
    </message>
    <message>
        <source>&amp;Centre</source>
        <translation>&amp;Mitte</translation>
    </message>
    <message>
        <source>&amp;Width</source>
        <translation>&amp;Breite</translation>
    </message>
    <message>
        <source>Function</source>
        <translation>Funktion</translation>
    </message>
    <message>
        <source>Your own</source>
        <translation>Eigenes</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>Linear</translation>
    </message>
    <message>
        <source>Linear, exact</source>
        <translation>Linear, genau</translation>
    </message>
    <message>
        <source>Sigmoid</source>
        <translation>Sigmoid</translation>
    </message>
    <message>
        <source>Another window of the file</source>
        <translation>Weiteres Fenster der Datei</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Lung</source>
        <translation>Lunge</translation>
    </message>
    <message>
        <source>Bone</source>
        <translation>Knochen</translation>
    </message>
    <message>
        <source>Full range</source>
        <translation>Ganzer Bereich</translation>
    </message>
    <message>
        <source>The centre must be a number.</source>
        <translation>Die Mitte muss eine Zahl sein.</translation>
    </message>
    <message>
        <source>The width must be a number.</source>
        <translation>Die Breite muss eine Zahl sein.</translation>
    </message>
    <message>
        <source>The width must be at least 1.</source>
        <translation>Die Breite muss mindestens 1 sein.</translation>
    </message>
    <message>
        <source>The width must be greater than 0.</source>
        <translation>Die Breite muss größer als 0 sein.</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>uncertain: {findings}, neither fits at {level}</source>
        <translation>unsicher: {findings}, keiner passt bei {level}</translation>
    </message>
    <message>
        <source>At {level}, the finding is {findings}.</source>
        <translation>Bei {level} ist der Befund {findings}.</translation>
    </message>
    <message>
        <source>At {level}, the finding is one of {findings}.</source>
        <translation>Bei {level} ist der Befund einer von {findings}.</translation>
    </message>
    <message>
        <source>At {level}, the film is typical of no finding.</source>
        <translation>Bei {level} ist die Aufnahme für keinen Befund typisch.</translation>
    </message>
    <message>
        <source>Your thresholds apply: {thresholds}.</source>
        <translation>Es gelten Ihre Schwellen: {thresholds}.</translation>
    </message>
    <message>
        <source>not an image</source>
        <translation>kein Bild</translation>
    </message>
    <message>
        <source>several images in one file</source>
        <translation>mehrere Bilder in einer Datei</translation>
    </message>
    <message>
        <source>no image in the file</source>
        <translation>kein Bild in der Datei</translation>
    </message>
    <message>
        <source>a stored result, which is shown with its film</source>
        <translation>ein gespeichertes Ergebnis, das bei seiner Aufnahme steht</translation>
    </message>
    <message>
        <source>the picture of a stored result</source>
        <translation>das Bild eines gespeicherten Ergebnisses</translation>
    </message>
    <message>
        <source>compression that cannot be read</source>
        <translation>nicht lesbare Kompression</translation>
    </message>
    <message>
        <source>not a projection radiograph</source>
        <translation>keine Röntgenaufnahme (Projektion)</translation>
    </message>
    <message>
        <source>not a frontal view</source>
        <translation>keine frontale Aufnahme</translation>
    </message>
    <message>
        <source>not the chest</source>
        <translation>nicht der Thorax</translation>
    </message>
    <message>
        <source>not the pixels of a radiograph</source>
        <translation>keine Pixel einer Röntgenaufnahme</translation>
    </message>
    <message>
        <source>not a film of the kind that the model knows</source>
        <translation>keine Aufnahme der Art, die das Modell kennt</translation>
    </message>
    <message>
        <source>too small</source>
        <translation>zu klein</translation>
    </message>
    <message>
        <source>too large</source>
        <translation>zu groß</translation>
    </message>
    <message>
        <source>not something that is read</source>
        <translation>nichts, was gelesen wird</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>the file is missing</source>
        <translation>die Datei fehlt</translation>
    </message>
    <message>
        <source>the file is damaged</source>
        <translation>die Datei ist beschädigt</translation>
    </message>
    <message>
        <source>the file changed while it was read</source>
        <translation>die Datei änderte sich beim Lesen</translation>
    </message>
    <message>
        <source>the worker process was lost</source>
        <translation>der Arbeitsprozess ging verloren</translation>
    </message>
    <message>
        <source>the worker process died</source>
        <translation>der Arbeitsprozess brach ab</translation>
    </message>
    <message>
        <source>it took too long</source>
        <translation>es dauerte zu lange</translation>
    </message>
    <message>
        <source>it needed too much memory</source>
        <translation>es brauchte zu viel Speicher</translation>
    </message>
    <message>
        <source>the bundle is damaged</source>
        <translation>das Bündel ist beschädigt</translation>
    </message>
    <message>
        <source>the engine failed</source>
        <translation>das Rechenwerk versagte</translation>
    </message>
    <message>
        <source>the results store failed</source>
        <translation>der Ergebnisspeicher versagte</translation>
    </message>
    <message>
        <source>a fault of this program</source>
        <translation>ein Fehler dieses Programms</translation>
    </message>
    <message>
        <source>it does not look like the chest radiographs that the model knows</source>
        <translation>sie sieht nicht aus wie die Thoraxaufnahmen, die das Modell kennt</translation>
    </message>
    <message>
        <source>it has next to no contrast</source>
        <translation>sie hat fast keinen Kontrast</translation>
    </message>
    <message>
        <source>its sides are too unequal for a chest radiograph</source>
        <translation>ihre Seiten sind für eine Thoraxaufnahme zu ungleich</translation>
    </message>
    <message>
        <source>it is a colour picture</source>
        <translation>sie ist ein Farbbild</translation>
    </message>
    <message>
        <source>its header does not say that it is a frontal view</source>
        <translation>ihr Header sagt nicht, dass sie frontal ist</translation>
    </message>
    <message>
        <source>out of scope: {reason}; probabilities and heatmaps are withheld.</source>
        <translation>außerhalb des Anwendungsbereichs: {reason}; Wahrscheinlichkeiten und Heatmaps werden zurückgehalten.</translation>
    </message>
    <message>
        <source>OUT OF SCOPE, shown because you asked for it: {reason}.</source>
        <translation>AUSSERHALB DES ANWENDUNGSBEREICHS, auf Ihren Wunsch gezeigt: {reason}.</translation>
    </message>
    <message>
        <source>Borderline: {reason}; do not rely on the probabilities.</source>
        <translation>Grenzfall: {reason}; verlassen Sie sich nicht auf die Wahrscheinlichkeiten.</translation>
    </message>
    <message>
        <source>The film looks inverted: MONOCHROME1 read as MONOCHROME2?</source>
        <translation>Die Aufnahme sieht invertiert aus: MONOCHROME1 als MONOCHROME2 gelesen?</translation>
    </message>
    <message>
        <source>The film looks upside down.</source>
        <translation>Die Aufnahme scheint auf dem Kopf zu stehen.</translation>
    </message>
    <message>
        <source>The film looks turned to its left by 90 degrees.</source>
        <translation>Die Aufnahme scheint um 90 Grad nach links gedreht zu sein.</translation>
    </message>
    <message>
        <source>The film looks turned to its right by 90 degrees.</source>
        <translation>Die Aufnahme scheint um 90 Grad nach rechts gedreht zu sein.</translation>
    </message>
    <message>
        <source>The film looks mirrored (or the heart lies on the right).</source>
        <translation>Die Aufnahme sieht gespiegelt aus (oder das Herz liegt rechts).</translation>
    </message>
    <message>
        <source>Only {share} of the heatmap for {finding} lies inside the lungs: the evidence may not be in the lungs.</source>
        <translation>Nur {share} der Heatmap für {finding} liegen in der Lunge: Vielleicht liegt nicht in der Lunge, worauf sich das Ergebnis stützt.</translation>
    </message>
    <message>
        <source>Heatmap for {finding} inside the lungs: {share}</source>
        <translation>Heatmap für {finding} innerhalb der Lunge: {share}</translation>
    </message>
    <message>
        <source>Occlusion sensitivity for {finding} inside the lungs: {share}</source>
        <translation>Verdeckungsempfindlichkeit für {finding} innerhalb der Lunge: {share}</translation>
    </message>
    <message>
        <source>lungs {part} of the film</source>
        <translation>Lunge {part} der Aufnahme</translation>
    </message>
    <message>
        <source>projected area {area}</source>
        <translation>projizierte Fläche {area}</translation>
    </message>
    <message>
        <source>The result changes with small shifts or a flip of the film ({same} of {passes} agree).</source>
        <translation>Das Ergebnis ändert sich, wenn die Aufnahme etwas verschoben oder gespiegelt wird ({same} von {passes} stimmen überein).</translation>
    </message>
    <message>
        <source>Your thresholds for {name} were chosen for another version of it ({version}) and are not used; choose them again.</source>
        <translation>Ihre Schwellen für {name} wurden für eine andere Version ({version}) gewählt und gelten nicht; wählen Sie sie neu.</translation>
    </message>
    <message>
        <source>Your thresholds in {path} cannot be read and are not used; choose them again.</source>
        <translation>Ihre Schwellen in {path} können nicht gelesen werden und gelten nicht; wählen Sie sie neu.</translation>
    </message>
    <message>
        <source>Both explanations point to the same places (rank correlation {value}).</source>
        <translation>Beide Erklärungen zeigen auf dieselben Stellen (Rangkorrelation {value}).</translation>
    </message>
    <message>
        <source>Both explanations agree in part (rank correlation {value}).</source>
        <translation>Beide Erklärungen stimmen zum Teil überein (Rangkorrelation {value}).</translation>
    </message>
    <message>
        <source>The explanations point to different places (rank correlation {value}): rely on neither.</source>
        <translation>Die Erklärungen zeigen auf verschiedene Stellen (Rangkorrelation {value}): Verlassen Sie sich auf keine.</translation>
    </message>
    <message>
        <source>The explanations cannot be compared: one of them is the same everywhere.</source>
        <translation>Die Erklärungen lassen sich nicht vergleichen: Eine von ihnen ist überall gleich.</translation>
    </message>
    <message>
        <source>refused: {reason}</source>
        <translation>abgelehnt: {reason}</translation>
    </message>
    <message>
        <source>error: {reason}</source>
        <translation>Fehler: {reason}</translation>
    </message>
    <message>
        <source>uncertain: {finding} below its threshold</source>
        <translation>unsicher: {finding} unter seiner Schwelle</translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <source>uncertain: {findings}</source>
        <translation>unsicher: {findings}</translation>
    </message>
</context>
</TS>
