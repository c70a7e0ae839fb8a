#!/usr/bin/env bash
# Makes the files of this folder anew, each by the program that people make such files with. It needs these Debian packages:
#   bzip2 dcmtk libimage-exiftool-perl libreoffice-calc-nogui libreoffice-impress-nogui libreoffice-writer-nogui
#   p7zip-full python3 tar xz-utils zip zstd
# Everything in the files is invented; they are in the public domain (CC0). The bytes differ from run to run, since some
# programs write the time.
set -euo pipefail
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

text='Patient: Rosalind Okafor, SSN 219-09-9994, DOB 03/14/1961'
echo "$text" > "$folder/note.txt"
# 7-Zip packs nothing that would not get smaller.
for _ in $(seq 100); do echo "$text"; done > "$folder/long.txt"
printf 'Patient,SSN,DOB\nRosalind Okafor,219-09-9994,03/14/1961\n' > "$folder/table.csv"

# Archives and packers.
(cd "$folder" && zip -q note.zip note.txt && zip -q -0 stored.zip note.txt && zip -q -P secret encrypted.zip note.txt
 tar --format=gnu -cf gnu.tar note.txt && tar --format=pax -cf pax.tar note.txt
 gzip -k note.txt && bzip2 -k note.txt && xz -k note.txt && xz -k --format=lzma note.txt && zstd -q note.txt
 7z a -bso0 -bsp0 note.7z note.txt && 7z a -bso0 -bsp0 -tzip -mm=LZMA lzma.zip long.txt && 7z a -bso0 -bsp0 -tzip -mm=BZip2 bzip2.zip long.txt
 7z a -bso0 -bsp0 -tzip -mm=xz xz.zip long.txt
 tar -cjf note.tar.bz2 note.txt && tar -cJf note.tar.xz note.txt && tar --zstd -cf note.tar.zst note.txt
 # Twenty megabytes of nothing, as in a bomb.
 head -c 20000000 /dev/zero > zeros && bzip2 -k zeros && xz -k zeros && xz -k --format=lzma zeros && zstd -q zeros)
for file in note.zip stored.zip encrypted.zip gnu.tar pax.tar note.txt.gz note.txt.bz2 note.txt.xz note.txt.lzma note.txt.zst note.7z lzma.zip bzip2.zip xz.zip \
    note.tar.bz2 note.tar.xz note.tar.zst zeros.bz2 zeros.lzma zeros.xz zeros.zst; do
    mv "$folder/$file" .
done

# Documents of LibreOffice.
for kind in odt fodt docx doc rtf pdf; do
    soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to "$kind" --outdir "$folder" "$folder/note.txt" >/dev/null
    mv "$folder/note.$kind" .
done
for kind in ods xlsx xls; do
    soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to "$kind" --outdir "$folder" "$folder/table.csv" >/dev/null
    mv "$folder/table.$kind" .
done

# A form, as LibreOffice keeps one.
cat > "$folder/form.html" <<'HTML'
<html><body><p>Intake</p><form action="x"><p>MRN <input type="text" name="mrn" value="48213377"></p><p>SSN <input type="text" name="ssn"
value="219-09-9994"></p><select name=s><option>Rosalind Okafor<option>b</select><textarea name=t>DOB 03/14/1961</textarea></form></body></html>
HTML
soffice -env:UserInstallation="file://$folder/profile" --headless --infilter="HTML (StarWriter)" --convert-to odt:writer8 --outdir . "$folder/form.html" >/dev/null

# The files of a document of Pages, whose text is packed by Snappy in a framing of its own.
python3 - <<'PYTHON'
import struct, zipfile
body = b"\x1bh" + bytes(range(128, 154))
packed = bytes([len(body), len(body) - 1 << 2]) + body
with zipfile.ZipFile("document.pages", "w") as archive:
    archive.writestr("Index/Document.iwa", b"\0" + struct.pack("<I", len(packed))[:3] + packed)
    archive.writestr("Metadata/BuildVersionHistory.plist", '<?xml version="1.0"?><plist><array><string>Blank (14.0)</string></array></plist>')
PYTHON

# A study of DCMTK, in three syntaxes.
cat > "$folder/study.dump" <<'DUMP'
(0008,0016) UI =SecondaryCaptureImageStorage
(0008,0018) UI [1.2.826.0.1.3680043.9.1]
(0008,0020) DA [20261127]
(0008,1030) LO [Chest PA]
(0010,0010) PN [Okafor^Rosalind]
(0010,0020) LO [38857281]
(0010,0030) DA [19610314]
DUMP
dump2dcm -q "$folder/study.dump" study.dcm
dcmconv -q +ti study.dcm implicit.dcm
dcmconv -q +tb study.dcm big.dcm
dcmconv -q +td study.dcm deflated.dcm

# A picture with a comment, an archive behind it.
python3 - <<'PYTHON'
import struct, zlib
def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
open("picture.png", "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\1\2\3")) + chunk(b"IEND", b""))
PYTHON
cp picture.png commented.png
exiftool -q -overwrite_original -Comment="$text" commented.png
cat picture.png note.zip > behind.png
